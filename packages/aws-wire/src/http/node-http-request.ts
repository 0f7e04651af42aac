import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { answer } from './answer.js'
import type { Connection } from './connection.js'
import { Departure } from './departure.js'
import { Exchange, type Peer } from './exchange.js'
import { RawHeaders } from './head-headers.js'
import { bodyLength, mayHaveBody } from './http1-response.js'
import { IncomingBody } from './incoming-body.js'
import { isSlowReader, type ListenerCore } from './listener-core.js'
import { asItIs, pump, sliceBytes } from './pump.js'
import type { WireResponse } from './request.js'

/** The connection on which a request came. */
export interface RequestOwner {
  readonly core: ListenerCore
  readonly connection: Connection
  readonly socket: Socket
  readonly peer: Peer
}

/** A request that `node:http` reads: collected, handled and answered as all others are. */
export class NodeHttpRequest {
  private readonly body: IncomingBody
  private exchange: Exchange | undefined
  heldBytes = 0
  private isClosed = false
  /** In the listener's seconds: when the reader took something of his answer. */
  private takenAt: number
  private readonly departure = new Departure()

  constructor(
    private readonly owner: RequestOwner,
    private readonly message: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    this.body = new IncomingBody(owner.core, owner.connection)
    this.takenAt = owner.core.second
    message.on('error', ignore)
    response.on('error', ignore)
    response.on('close', this.onClose)
  }

  get partialBodySince(): number | undefined {
    return this.body.partialSince
  }

  /** `awaitsContinue`: the client sends its body only after 100 Continue. */
  begin(awaitsContinue: boolean): void {
    const { limits } = this.owner.core
    const declared = this.message.headers['content-length']
    const lengthMax = declared === undefined ? limits.bodyBytesMax : Number(declared)
    if (lengthMax > limits.bodyBytesMax) return this.refuse()
    if (awaitsContinue) this.response.writeContinue()
    this.body.expect(lengthMax)
    this.message.on('data', this.onData)
    this.message.on('end', this.onEnd)
  }

  /** Called once a second. */
  isSlow(listenedTo: boolean): boolean {
    const { core } = this.owner
    if (this.body.isAwaited) return this.body.isSlow(listenedTo)
    return this.response.writableLength > 0 && isSlowReader(core, core.second - this.takenAt)
  }

  private readonly onData = (chunk: Buffer): void => {
    if (!this.body.take(chunk)) this.refuse()
  }

  private readonly onEnd = (): void => {
    const body = this.body.finish()
    const { core, peer } = this.owner
    if (body === undefined) return
    core.counters.http1Requests++
    core.counters.requestBodyBytes += body.bytes.length
    const { method = '', url = '', rawHeaders } = this.message
    this.exchange = new Exchange('http/1.1', peer, method, url, new RawHeaders(rawHeaders), body, false)
    answer(core, this.exchange, (exchange, answered) => void this.send(exchange, answered))
  }

  private async send(exchange: Exchange, answered: WireResponse): Promise<void> {
    const { core, socket } = this.owner
    const { response } = this
    this.exchange = undefined
    if (response.destroyed) return
    this.takenAt = core.second
    this.holds(bodyLength(answered.body))
    try {
      this.writeHead(answered)
      if (exchange.method === 'HEAD' || !mayHaveBody(answered.status)) response.end()
      else if (answered.body.kind === 'bytes' && answered.body.bytes.length <= sliceBytes) response.end(answered.body.bytes)
      else {
        const { onProgress: progressed, departure: gone } = this
        const unsent = (bytes: number) => this.holds(bytes)
        await pump(answered.body, { out: response, frame: asItIs, progressed, unsent, gone })
        response.end()
      }
    } catch (error) {
      core.report({ what: 'an answer broke off', error })
      socket.destroy()
    }
  }

  private readonly onProgress = (): void => {
    this.takenAt = this.owner.core.second
  }

  /** So much of the answer counts in the budget, until the response is closed. */
  private holds(bytes: number): void {
    if (this.isClosed && bytes > 0) return
    const change = bytes - this.heldBytes
    if (change < 0 && (!this.isClosed || this.response.writableFinished)) this.owner.connection.reader.took(-change)
    this.heldBytes = bytes
    this.owner.core.gate.answersHeld(this.owner.connection, change)
  }

  private writeHead({ status, headers, body }: WireResponse): void {
    const { response } = this
    if (this.owner.core.draining) response.shouldKeepAlive = false
    response.statusCode = status
    for (const [name, value] of headers) response.appendHeader(name, value)
    if (mayHaveBody(status) && body.kind !== 'stream') response.setHeader('Content-Length', bodyLength(body))
    if (body.kind !== 'bytes') response.flushHeaders()
  }

  private refuse(): void {
    this.owner.core.counters.requestsRefused++
    this.body.release()
    this.response.writeHead(413, { Connection: 'close', 'Content-Length': 0 }).end()
  }

  private readonly onClose = (): void => {
    this.body.release()
    this.isClosed = true
    this.holds(0)
    this.departure.happen()
    this.exchange?.abort()
  }
}

/** The socket's `close` follows. */
function ignore(): void {}
