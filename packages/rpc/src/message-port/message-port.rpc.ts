/**
 * Calls over a `MessagePort`, for the ports of `packages/streams` within one process. All calls and replies of one turn of the
 * loop travel in one message, so that many small ones cost one wake-up of the other thread; buffers are transferred, not copied.
 * A port that closes fails what is under way.
 */

/** What `MessagePort`, `Worker` and `parentPort` have in common. */
export interface Channel {
  postMessage(value: unknown, transfer: readonly ArrayBuffer[]): void
  on(event: 'message', listener: (value: Message[]) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

type Message =
  | readonly [kind: 'call', id: number, method: string, argument: unknown]
  | readonly [kind: 'reply', id: number, value: unknown]
  | readonly [kind: 'failure', id: number, message: string]
  | readonly [kind: 'event', name: string, value: unknown]

/** Answers a call; `transfer` names the buffers of the value that may be given away. */
export type Procedure = (argument: never) => Promise<unknown>
export type TransferOf = (value: never) => readonly ArrayBuffer[]

interface Pending {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

export class PortRpc {
  private readonly pending = new Map<number, Pending>()
  private readonly procedures = new Map<string, { run: Procedure; transferOf?: TransferOf }>()
  private readonly listeners = new Map<string, (value: never) => void>()
  private readonly closeListeners: (() => void)[] = []
  private outgoing: Message[] = []
  private transfers: ArrayBuffer[] = []
  private nextId = 1
  private closed = false

  constructor(private readonly channel: Channel) {
    channel.on('message', (messages) => {
      for (const message of messages) this.receive(message)
    })
    channel.on('close', () => this.failAll())
  }

  /** Registers what answers a method; `transferOf` lists the reply's buffers that are given away. */
  serve<A, R>(method: string, run: (argument: A) => Promise<R>, transferOf?: (reply: R) => readonly ArrayBuffer[]): void {
    this.procedures.set(method, { run: run as Procedure, transferOf: transferOf as TransferOf | undefined })
  }

  call<A, R>(method: string, argument: A, transfer: readonly ArrayBuffer[] = []): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.closed) return reject(new Error(`the port for ${method} is closed`))
      const id = this.nextId++
      this.pending.set(id, { resolve, reject })
      this.send(['call', id, method, argument], transfer)
    })
  }

  emit(name: string, value: unknown): void {
    this.send(['event', name, value], [])
  }

  listen<T>(name: string, listener: (value: T) => void): void {
    this.listeners.set(name, listener)
  }

  /** Called once, at once where it is closed already. */
  onClose(listener: () => void): void {
    if (this.closed) listener()
    else this.closeListeners.push(listener)
  }

  private send(message: Message, transfer: readonly ArrayBuffer[]): void {
    if (this.outgoing.length === 0) setImmediate(() => this.flush())
    this.outgoing.push(message)
    for (const buffer of transfer) this.transfers.push(buffer)
  }

  private flush(): void {
    const { outgoing, transfers } = this
    this.outgoing = []
    this.transfers = []
    if (!this.closed) this.channel.postMessage(outgoing, transfers)
  }

  private receive(message: Message): void {
    switch (message[0]) {
      case 'call':
        return void this.answer(message[1], message[2], message[3])
      case 'reply':
        return this.settle(message[1])?.resolve(message[2] as never)
      case 'failure':
        return this.settle(message[1])?.reject(new Error(message[2]))
      case 'event':
        return this.listeners.get(message[1])?.(message[2] as never)
    }
  }

  private async answer(id: number, method: string, argument: unknown): Promise<void> {
    const procedure = this.procedures.get(method)
    try {
      if (!procedure) throw new Error(`no procedure ${method}`)
      const value = await procedure.run(argument as never)
      this.send(['reply', id, value], procedure.transferOf?.(value as never) ?? [])
    } catch (error) {
      this.send(['failure', id, error instanceof Error ? error.message : String(error)], [])
    }
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id)
    this.pending.delete(id)
    return pending
  }

  private failAll(): void {
    if (this.closed) return
    this.closed = true
    for (const listener of this.closeListeners) listener()
    for (const pending of this.pending.values()) pending.reject(new Error('the port is closed'))
    this.pending.clear()
  }
}
