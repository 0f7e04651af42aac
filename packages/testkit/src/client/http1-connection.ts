import type { Socket } from 'node:net'
import { connectReading } from './reading-socket.js'

export interface Http1Response {
  readonly kind: 'response'
  readonly status: number
  /** Status line and headers, as received. */
  readonly head: string
  /** Valid until the callback returns: the memory is used for the next response. */
  readonly body: Buffer
}

/** The connection ended before the response was complete: whether the request took effect is unknown. */
export interface ConnectionLost {
  readonly kind: 'lost'
  readonly reason: string
}

export type OnResponse = (response: Http1Response | ConnectionLost) => void

const inboxBytesAtStart = 64 * 1024
const responseBytesMax = 64 * 1024 * 1024

/**
 * One keep-alive connection on a plain socket, for load and for fault programs: the bytes of a request are the caller's, responses
 * come back in their order, in memory that is used again. It takes responses with a Content-Length only (all Kinesis answers but those
 * of SubscribeToShard).
 */
export class Http1Connection {
  private inbox = Buffer.allocUnsafeSlow(inboxBytesAtStart)
  private filled = 0
  /** Of the response that is arriving; 0: its head is not complete. */
  private headBytes = 0
  private responseBytes = 0
  private head = ''
  private readonly waiting: OnResponse[] = []
  private readonly socket: Socket
  private lost: ConnectionLost | undefined

  private constructor(host: string, port: number, opened: (error?: Error) => void) {
    this.socket = connectReading(host, port, {
      room: () => this.inbox.subarray(this.filled),
      received: (bytes) => {
        this.filled += bytes
        this.takeResponses()
      },
      opened,
      lost: (reason) => this.fail(reason),
    })
  }

  static open(host: string, port: number): Promise<Http1Connection> {
    return new Promise((resolve, reject) => {
      const connection: Http1Connection = new Http1Connection(host, port, (error) =>
        error ? reject(error) : resolve(connection),
      )
    })
  }

  get isOpen(): boolean {
    return this.lost === undefined
  }

  /** Sends a request, given as the pieces of its bytes. Further requests may be sent before it is answered (pipelining). */
  send(pieces: readonly Uint8Array[], onResponse: OnResponse): void {
    if (this.lost) {
      onResponse(this.lost)
      return
    }
    this.waiting.push(onResponse)
    this.socket.cork()
    for (const piece of pieces) this.socket.write(piece)
    this.socket.uncork()
  }

  close(): void {
    this.socket.destroy()
  }

  private fail(reason: string): void {
    if (this.lost) return
    this.lost = { kind: 'lost', reason }
    this.socket.destroy()
    for (const onResponse of this.waiting.splice(0)) onResponse(this.lost)
  }

  private takeResponses(): void {
    while (this.headBytes > 0 || this.takeHead()) {
      if (this.filled < this.responseBytes) {
        this.reserve(this.responseBytes)
        return
      }
      this.deliver()
    }
    if (this.filled === this.inbox.length) this.reserve(this.inbox.length * 2)
  }

  private takeHead(): boolean {
    const end = this.inbox.subarray(0, this.filled).indexOf('\r\n\r\n')
    if (end < 0) return false
    this.head = this.inbox.toString('latin1', 0, end)
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.head)?.[1]
    if (length === undefined || Number(length) > responseBytesMax) {
      this.fail(`no Content-Length within bounds: ${this.head.slice(0, 200)}`)
      return false
    }
    this.headBytes = end + 4
    this.responseBytes = this.headBytes + Number(length)
    return true
  }

  private deliver(): void {
    const body = this.inbox.subarray(this.headBytes, this.responseBytes)
    const onResponse = this.waiting.shift()
    const rest = this.filled - this.responseBytes
    const restAt = this.responseBytes
    const status = Number(this.head.slice(9, 12))
    this.headBytes = 0
    this.responseBytes = 0
    this.filled = 0
    onResponse?.({ kind: 'response', status, head: this.head, body })
    if (rest > 0) {
      this.inbox.copyWithin(0, restAt, restAt + rest)
      this.filled = rest
    }
  }

  private reserve(bytes: number): void {
    if (bytes <= this.inbox.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(bytes, this.inbox.length * 2))
    this.inbox.copy(grown, 0, 0, this.filled)
    this.inbox = grown
  }
}
