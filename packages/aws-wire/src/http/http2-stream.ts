import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { answer } from './answer.js'
import { type CollectedBody, emptyBody } from './body-collector.js'
import type { Connection } from './connection.js'
import { Departure } from './departure.js'
import { Exchange, type Peer } from './exchange.js'
import { RawHeaders } from './head-headers.js'
import { bodyLength, mayHaveBody } from './http1-response.js'
import { IncomingBody } from './incoming-body.js'
import { isSlowReader, type ListenerCore } from './listener-core.js'
import { asItIs, pump, sliceBytes } from './pump.js'
import type { WireBody, WireResponse } from './request.js'

/** The connection that a stream belongs to. */
export interface StreamOwner {
  readonly core: ListenerCore
  readonly connection: Connection
  readonly peer: Peer
  /** Bytes of bodies that came past the bound while only the oldest body was to come (see `BudgetGate`). */
  strayBytes: number
  /** Of the bodies that are not here in full, the one whose first byte came first. */
  oldestPartial(): Http2Stream | undefined
  /** `working`: a handler is still at work for it. */
  ended(stream: Http2Stream, working: boolean): void
  /** A handler has answered a stream that is gone. */
  abandonedAnswered(): void
}

/** One HTTP/2 stream: a request and its answer. */
export class Http2Stream {
  private readonly body: IncomingBody
  private exchange: Exchange | undefined
  private heldBytes = 0
  private gone = false
  /** In the listener's seconds: when the reader took something of his answer. */
  private takenAt: number
  private readonly departure = new Departure()

  constructor(
    private readonly owner: StreamOwner,
    private readonly stream: ServerHttp2Stream,
  ) {
    this.body = new IncomingBody(owner.core, owner.connection)
    this.takenAt = owner.core.second
    stream.on('error', ignore)
    stream.on('close', this.onClose)
  }

  get partialBodySince(): number | undefined {
    return this.body.partialSince
  }

  begin(headers: IncomingHttpHeaders, raw: readonly string[], complete: boolean): void {
    const { limits } = this.owner.core
    const declared = headers['content-length']
    const lengthMax = declared === undefined ? limits.bodyBytesMax : Number(declared)
    const named = withHost(raw)
    if (named === undefined) return this.refuse(400)
    if (lengthMax > limits.bodyBytesMax) return this.refuse(413)
    const method = headers[':method'] as string
    const target = headers[':path'] ?? ''
    if (complete) return this.dispatch(method, target, named, emptyBody())
    this.body.expect(lengthMax)
    this.stream.on('data', this.onData)
    this.stream.on('end', () => {
      const body = this.body.finish()
      if (body !== undefined) this.dispatch(method, target, named, body)
    })
  }

  sweep(listenedTo: boolean): void {
    const { core } = this.owner
    if (this.body.isAwaited) {
      if (this.body.isSlow(listenedTo)) this.timeOut()
    } else if (this.stream.writableLength > 0 && isSlowReader(core, core.second - this.takenAt)) {
      this.reset(constants.NGHTTP2_CANCEL)
    }
  }

  timeOut(): void {
    this.owner.core.counters.timedOut++
    this.refuse(408)
  }

  private readonly onData = (chunk: Buffer): void => {
    const { body, owner } = this
    if (!body.isAwaited) return
    if (!body.take(chunk)) return this.refuse(413)
    if (!owner.core.gate.holdsBodies) owner.strayBytes = 0
    else if (owner.oldestPartial() !== this) this.stray(chunk.length)
  }

  /** Streams cannot be stopped one by one: what the others send while the oldest may pass is bounded, then they have to try again. */
  private stray(bytes: number): void {
    this.owner.strayBytes += bytes
    if (this.owner.strayBytes > this.owner.core.limits.bodyBytesMax) this.reset(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }

  private dispatch(method: string, target: string, headers: RawHeaders, body: CollectedBody): void {
    const { core, peer } = this.owner
    core.counters.http2Requests++
    core.counters.requestBodyBytes += body.bytes.length
    // Reading cannot stop here as elsewhere: the frames that let answers go on come the same way.
    if (core.gate.answersFull) {
      core.gate.bodyReleased(body.bytes.length)
      return this.refuse(503)
    }
    this.exchange = new Exchange('h2', peer, method, target, headers, body, false)
    answer(core, this.exchange, this.onAnswer)
  }

  private readonly onAnswer = (exchange: Exchange, response: WireResponse): void => {
    this.exchange = undefined
    if (this.gone) return this.owner.abandonedAnswered()
    if (this.stream.destroyed) return
    const { core } = this.owner
    this.takenAt = core.second
    this.holds(bodyLength(response.body))
    try {
      this.send(response, exchange.method === 'HEAD' || !mayHaveBody(response.status))
    } catch (error) {
      core.report({ what: 'an answer cannot be written', error })
      this.reset(constants.NGHTTP2_INTERNAL_ERROR)
    }
  }

  private send({ status, headers, body }: WireResponse, silent: boolean): void {
    this.stream.respond(responseHeaders(status, headers, body), { endStream: silent || bodyIsEmpty(body) })
    if (silent || bodyIsEmpty(body)) return
    if (body.kind === 'bytes' && body.bytes.length <= sliceBytes) this.stream.end(body.bytes)
    else void this.sendLong(body)
  }

  private async sendLong(body: WireBody): Promise<void> {
    const { core } = this.owner
    const progressed = () => {
      this.takenAt = core.second
    }
    try {
      const unsent = (bytes: number) => this.holds(bytes)
      await pump(body, { out: this.stream, frame: asItIs, progressed, unsent, gone: this.departure })
      this.stream.end()
    } catch (error) {
      core.report({ what: 'an answer broke off', error })
      this.reset(constants.NGHTTP2_INTERNAL_ERROR)
    }
  }

  /** So much of the answer counts in the budget, until the stream is closed. */
  private holds(bytes: number): void {
    if (this.gone && bytes > 0) return
    const change = bytes - this.heldBytes
    if (change < 0 && (!this.gone || this.stream.writableFinished)) this.owner.connection.reader.took(-change)
    this.heldBytes = bytes
    this.owner.core.gate.answersHeld(this.owner.connection, change)
  }

  /** Answers without a handler, and wants no more of the body. */
  private refuse(status: number): void {
    this.owner.core.counters.requestsRefused++
    this.body.release()
    this.stream.respond({ ':status': status, 'content-length': '0' }, { endStream: true })
    this.stream.close(constants.NGHTTP2_NO_ERROR)
  }

  private reset(code: number): void {
    this.body.release()
    this.stream.close(code)
  }

  private readonly onClose = (): void => {
    this.gone = true
    this.body.release()
    this.holds(0)
    this.departure.happen()
    this.exchange?.abort()
    this.owner.ended(this, this.exchange !== undefined)
  }
}

/** `:authority` as `host`, the other pseudo-headers left out; undefined where the two differ. */
function withHost(raw: readonly string[]): RawHeaders | undefined {
  const named: string[] = []
  let authority: string | undefined
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string
    const value = raw[i + 1] as string
    if (name === ':authority') {
      authority = value
      named.push('host', value)
    } else if (name === 'host' && authority !== undefined) {
      if (value !== authority) return undefined
    } else if (!name.startsWith(':')) named.push(name, value)
  }
  return new RawHeaders(named)
}

function bodyIsEmpty(body: WireBody): boolean {
  return body.kind !== 'stream' && bodyLength(body) === 0
}

function responseHeaders(status: number, headers: WireResponse['headers'], body: WireBody): OutgoingHttpHeaders {
  const named: OutgoingHttpHeaders = { ':status': status }
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    const earlier = named[lower]
    named[lower] = earlier === undefined ? value : [earlier, value].flat().map(String)
  }
  if (mayHaveBody(status) && body.kind !== 'stream') named['content-length'] = String(bodyLength(body))
  return named
}

/** `close` follows. */
function ignore(): void {}
