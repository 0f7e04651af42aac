import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer } from './answer.js'
import { BodyCollector, emptyBody } from './body-collector.js'
import { Departure } from './departure.js'
import { Exchange } from './exchange.js'
import { RawHeaders } from './head-headers.js'
import { bodyLength, mayHaveBody } from './http1-response.js'
import { isSlowReader } from './listener-core.js'
import { isSlowBody } from './listener-limits.js'
import type { NodeHttpProtocol } from './node-http.js'
import { pump, sliceBytes } from './pump.js'
import type { WireResponse } from './request.js'

/** A request that `node:http` reads: collected, handled and answered as all others are. */
export class NodeHttpRequest {
  partialBodySince: number | undefined
  private body: BodyCollector | undefined
  private exchange: Exchange | undefined
  heldBytes = 0
  /** In the listener's seconds: of the last byte of the body, and of the first. */
  private since: number
  private began: number
  private readonly departure = new Departure()

  constructor(
    private readonly owner: NodeHttpProtocol,
    private readonly message: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    this.since = this.began = owner.core.second
    message.on('error', ignore)
    response.on('error', ignore)
    response.on('close', this.onClose)
  }

  /** `awaitsContinue`: the client sends its body only after 100 Continue. */
  begin(awaitsContinue: boolean): void {
    const { limits, gate } = this.owner.core
    const declared = this.message.headers['content-length']
    const lengthMax = declared === undefined ? limits.bodyBytesMax : Number(declared)
    if (lengthMax > limits.bodyBytesMax) return this.refuse()
    if (awaitsContinue) this.response.writeContinue()
    this.body = new BodyCollector(lengthMax)
    this.partialBodySince = gate.nextBody()
    this.message.on('data', this.onData)
    this.message.on('end', this.onEnd)
  }

  /** Called once a second. */
  isSlow(listenedTo: boolean): boolean {
    const { second, limits } = this.owner.core
    const silentSeconds = second - this.since
    if (this.body !== undefined) {
      if (!listenedTo) this.began++
      return listenedTo && isSlowBody(limits, silentSeconds, second - this.began, this.body.receivedBytes)
    }
    return this.response.writableLength > 0 && isSlowReader(this.owner.core, silentSeconds)
  }

  private readonly onData = (chunk: Buffer): void => {
    const { body } = this
    const { core, connection } = this.owner
    if (body === undefined) return
    this.since = core.second
    if (body.receivedBytes + chunk.length > core.limits.bodyBytesMax) return this.refuse()
    body.add(chunk)
    core.gate.bodyArrived(connection, chunk.length)
  }

  private readonly onEnd = (): void => {
    const { body } = this
    const { core, peer } = this.owner
    if (body === undefined) return
    this.forgetBody()
    core.counters.http1Requests++
    core.counters.requestBodyBytes += body.receivedBytes
    const collected = body.receivedBytes === 0 ? emptyBody() : body.finish()
    const { method = '', url = '', rawHeaders } = this.message
    this.exchange = new Exchange('http/1.1', peer, method, url, new RawHeaders(rawHeaders), collected, false)
    answer(core, this.exchange, (exchange, answered) => void this.send(exchange, answered))
  }

  private async send(exchange: Exchange, answered: WireResponse): Promise<void> {
    const { core, socket } = this.owner
    const { response } = this
    this.exchange = undefined
    if (response.destroyed) return
    this.since = core.second
    this.heldBytes = bodyLength(answered.body)
    core.gate.answersHeld(this.owner.connection, this.heldBytes)
    try {
      this.writeHead(answered)
      if (exchange.method === 'HEAD' || !mayHaveBody(answered.status)) response.end()
      else if (answered.body.kind === 'bytes' && answered.body.bytes.length <= sliceBytes) response.end(answered.body.bytes)
      else {
        await pump(answered.body, { out: response, frame: (piece) => piece, progressed: this.onProgress, gone: this.departure })
        response.end()
      }
    } catch (error) {
      core.report({ what: 'an answer broke off', error })
      socket.destroy()
    }
  }

  private readonly onProgress = (): void => {
    this.since = this.owner.core.second
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
    this.releaseBody()
    this.response.writeHead(413, { Connection: 'close', 'Content-Length': 0 }).end()
  }

  private readonly onClose = (): void => {
    this.releaseBody()
    const { heldBytes } = this
    this.heldBytes = 0
    this.owner.core.gate.answersHeld(this.owner.connection, -heldBytes)
    this.departure.happen()
    this.exchange?.abort()
  }

  private forgetBody(): void {
    this.body = undefined
    this.partialBodySince = undefined
    this.owner.core.gate.bodyEnded(this.owner.connection)
  }

  private releaseBody(): void {
    if (this.body === undefined) return
    const { receivedBytes } = this.body
    this.forgetBody()
    this.owner.core.gate.bodyReleased(receivedBytes)
  }
}

/** The socket's `close` follows. */
function ignore(): void {}
