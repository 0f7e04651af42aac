import type { Socket } from 'node:net'

/** The part of libuv's stream that Node keeps behind a socket. */
interface StreamHandle {
  reading: boolean
  readStart(): void
  readStop(): void
}

/**
 * Stops the kernel's bytes at the handle. `socket.pause()` would not do: a paused stream reads on until its buffer is full
 * (64 KiB on each of thousands of connections), and HTTP/2 sessions and `node:http` read the handle past the stream.
 */
export function stopReading(socket: Socket): void {
  const handle = handleOf(socket)
  if (handle === undefined) return
  // Otherwise the stream starts it again as soon as it has room in its buffer.
  handle.reading = true
  handle.readStop()
}

export function startReading(socket: Socket): void {
  handleOf(socket)?.readStart()
}

function handleOf(socket: Socket): StreamHandle | undefined {
  return (socket as unknown as { _handle?: StreamHandle | null })._handle ?? undefined
}
