/** How the keeper and a lane speak: the part of a `MessagePort` that they use. Values are plain and can be cloned. */
export interface Channel {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: never) => void): unknown
}

/** Two ends in one thread. Messages arrive cloned, in order, in a turn of their own (`defer`). */
export function memoryChannel(defer: (deliver: () => void) => void = setImmediate): [Channel, Channel] {
  const [a, b] = [new MemoryEnd(defer), new MemoryEnd(defer)]
  a.peer = b
  b.peer = a
  return [a, b]
}

class MemoryEnd implements Channel {
  peer: MemoryEnd | undefined
  private listener: ((message: never) => void) | undefined

  constructor(private readonly defer: (deliver: () => void) => void) {}

  postMessage(message: unknown): void {
    const copy = structuredClone(message)
    this.defer(() => this.peer?.listener?.(copy as never))
  }

  on(_event: 'message', listener: (message: never) => void): this {
    this.listener = listener
    return this
  }
}
