import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A client that minds no rules: writes any bytes at any time, and keeps what comes back (the first 1 MiB of it). */
export class RawSocket {
  private received = Buffer.alloc(0)
  private waiting: (() => void) | undefined
  isClosed = false

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      if (this.received.length < 1024 * 1024) this.received = Buffer.concat([this.received, chunk])
      this.waiting?.()
    })
    socket.on('error', () => undefined)
    // Nothing more can come.
    socket.on('end', () => socket.end())
    socket.on('close', () => {
      this.isClosed = true
      this.waiting?.()
    })
  }

  static async open(port: number): Promise<RawSocket> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    await once(socket, 'connect')
    return new RawSocket(socket)
  }

  get text(): string {
    return this.received.toString('latin1')
  }

  /** Status codes of the HTTP/1.1 answers so far. */
  get statuses(): number[] {
    return [...this.text.matchAll(/(?:^|\r\n|[}\]>\n])HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]))
  }

  write(bytes: Uint8Array | string): void {
    if (!this.socket.destroyed) this.socket.write(bytes)
  }

  /** Resolves when `holds` is true, or the connection has ended; throws after a minute: nothing may hang. */
  async until(holds: () => boolean): Promise<void> {
    const endMs = Date.now() + 60_000
    while (!holds() && !this.isClosed) {
      if (Date.now() > endMs)
        throw new Error(`no answer and no end of the connection within a minute; so far: ${this.text.slice(0, 300)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000)
        this.waiting = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** The first answer's status; undefined where the connection ended without one. */
  async firstStatus(): Promise<number | undefined> {
    await this.until(() => this.statuses.length > 0 && /\r\n\r\n/.test(this.text))
    return this.statuses[0]
  }

  untilClosed(): Promise<void> {
    return this.until(() => false)
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** Opens many, some at a time, so that the backlog of the listening socket is not what is tested. */
export async function openMany(port: number, count: number): Promise<RawSocket[]> {
  const sockets: RawSocket[] = []
  while (sockets.length < count) {
    const some = Math.min(100, count - sockets.length)
    sockets.push(...(await Promise.all(Array.from({ length: some }, () => RawSocket.open(port)))))
  }
  return sockets
}
