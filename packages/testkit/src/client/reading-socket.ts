import { connect, type Socket } from 'node:net'

export interface SocketReader {
  /** Where the next bytes go. Asked for the first time before the connection is there. */
  room(): Buffer
  received(bytes: number): void
  /** Called once; without an error the connection is there. */
  opened(error?: Error): void
  /** No more bytes come; may be called again. */
  lost(reason: string): void
}

/** A plain socket that reads straight into its reader's memory, so that a page of 10 MiB is never copied or allocated. */
export function connectReading(host: string, port: number, reader: SocketReader): Socket {
  const onread = {
    buffer: () => reader.room(),
    callback: (bytes: number) => {
      reader.received(bytes)
      return true
    },
  }
  const socket = connect({ host, port, noDelay: true, onread })
  socket.once('connect', () => reader.opened())
  socket.on('error', (error) => {
    reader.opened(error)
    reader.lost(error.message)
  })
  socket.on('close', () => reader.lost('closed by the server'))
  return socket
}
