import type { Socket } from 'node:net'
import { answer } from './answer.js'
import { BodyCollector, type CollectedBody, emptyBody, wholeBody } from './body-collector.js'
import { type Connection, hold } from './connection.js'
import { Exchange, type Peer } from './exchange.js'
import { RawHeaders } from './head-headers.js'
import { Http1Answers } from './http1-answers.js'
import { type Head, type HeadFault, readHead } from './http1-head.js'
import { refusal } from './http1-response.js'
import type { Protocol } from './listener-core.js'
import { isSlowBody } from './listener-limits.js'

/** How long a connection that the listener has ended may take to end on the client's side: what he still sends is thrown away. */
const lingerSeconds = 5
const LF = 0x0a
/** A body that is a view of the chunk it came in keeps the chunk alive: no matter while that is small. */
const smallChunkBytes = 4 * 1024

/** Takes over a connection with the bytes of it that nobody has read. */
export type HandOver = (connection: Connection, socket: Socket, peer: Peer, bytes: Buffer) => void

/**
 * HTTP/1.1 as the record path speaks it: request line, headers, Content-Length, keep-alive, pipelining. Requests that need more
 * go to `node:http`, with the connection; ambiguous ones are refused. Bytes are read here, answers are sent by `Http1Answers`.
 */
export class Http1Protocol implements Protocol {
  readonly readsForAnswers = false
  partialBodySince: number | undefined
  private readonly answers: Http1Answers
  /** Bytes that wait: a head that is not whole, or what the pipeline has no room for. */
  private rest: Buffer | undefined
  /** The request whose body is arriving. */
  private head: Head | undefined
  private body: BodyCollector | undefined
  /** Since when it waits, in the listener's seconds, for whatever it waits for now. */
  private since: number
  private bodyBegan = 0
  private consuming = false
  /** The rest is for `node:http`, once what came before it is answered. */
  private foreign = false
  /** No further request is read. */
  private closing = false
  private discardedBytes = 0

  constructor(
    private readonly connection: Connection,
    private readonly socket: Socket,
    private readonly peer: Peer,
    private readonly handOver: HandOver,
  ) {
    this.since = connection.core.second
    this.answers = new Http1Answers(connection, socket, () => this.settled())
    socket.on('data', this.onData)
    socket.on('end', this.onEnd)
    socket.on('close', this.onClose)
  }

  /** Bytes that were read to find out what the connection speaks. */
  begin(bytes: Buffer): void {
    this.onData(bytes)
  }

  get hasUnsent(): boolean {
    return this.answers.hasUnsent
  }

  sweep(): void {
    const { connection, since } = this
    const { second, limits } = connection.core
    if (this.answers.stalls()) return connection.timeOut()
    if (this.closing) {
      // Also where it is not read: nothing that it still sends is wanted.
      if (this.answers.depth === 0 && second - since > lingerSeconds) this.socket.destroy()
    } else if (!connection.isListenedTo) {
      this.bodyBegan++
      if (connection.isHeldFor(hold.pipeline)) this.since = second
    } else if (this.body !== undefined) {
      if (isSlowBody(limits, second - since, second - this.bodyBegan, this.body.receivedBytes)) this.timeOut()
    } else if (this.rest !== undefined) {
      if (second - since > limits.headSeconds) this.timeOut()
    } else if (this.answers.depth === 0 && second - since > limits.idleSeconds) connection.timeOut()
  }

  endSlowBody(): void {
    this.timeOut()
  }

  drain(): void {
    if (this.head !== undefined || this.rest !== undefined) return
    this.closing = true
    if (!this.answers.closeAfterNewest()) this.socket.end()
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.closing) this.discard(chunk)
    else if (this.rest === undefined) this.consume(chunk)
    else this.continueRest(chunk)
  }

  private continueRest(chunk: Buffer): void {
    const joined = Buffer.allocUnsafeSlow((this.rest as Buffer).length + chunk.length)
    joined.set(this.rest as Buffer)
    joined.set(chunk, joined.length - chunk.length)
    this.rest = joined
    if (this.foreign || this.connection.isHeldFor(hold.pipeline)) return
    // A head that comes byte by byte is read again only for a line, not for a byte.
    if (chunk.includes(LF) || joined.length > this.connection.core.limits.headBytesMax) this.consume(joined)
  }

  private consume(bytes: Buffer): void {
    const { limits } = this.connection.core
    this.consuming = true
    this.rest = undefined
    let at = 0
    while (at < bytes.length && !this.closing) {
      if (this.head !== undefined) {
        at = this.continueBody(this.head, bytes, at)
        continue
      }
      if (this.answers.depth >= limits.pipelineDepthMax) {
        this.keepRest(bytes, at)
        this.connection.holdFor(hold.pipeline)
        break
      }
      const head = readHead(bytes, at, limits)
      if (typeof head === 'string') {
        this.faulty(head, bytes, at)
        break
      }
      at = this.beginBody(head, bytes)
    }
    this.consuming = false
  }

  private keepRest(bytes: Buffer, at: number): void {
    this.rest = at === 0 ? bytes : bytes.subarray(at)
    this.since = this.connection.core.second
  }

  private faulty(fault: HeadFault, bytes: Buffer, at: number): void {
    if (fault === 'ambiguous' || fault === 'tooLarge') return this.refuse(fault === 'ambiguous' ? 400 : 431)
    this.keepRest(bytes, at)
    if (fault === 'incomplete') return
    this.foreign = true
    if (this.answers.depth > 0) this.connection.holdFor(hold.pipeline)
    else this.giveAway()
  }

  /** Where the next request begins. */
  private beginBody(head: Head, bytes: Buffer): number {
    const { gate, limits, second } = this.connection.core
    const { contentLength } = head
    if (contentLength === 0) this.dispatch(head, emptyBody())
    else if (contentLength > limits.bodyBytesMax) this.refuse(413)
    else if (bytes.length - head.end >= contentLength) {
      gate.bodyArrived(this.connection, contentLength)
      this.dispatch(head, wholeBody(ownBytes(bytes, head.end, contentLength)))
    } else {
      this.head = head
      this.body = new BodyCollector(contentLength)
      this.partialBodySince = gate.nextBody()
      this.bodyBegan = second
      return this.continueBody(head, bytes, head.end)
    }
    return head.end + contentLength
  }

  private continueBody(head: Head, bytes: Buffer, at: number): number {
    const { gate, second } = this.connection.core
    const body = this.body as BodyCollector
    const end = Math.min(bytes.length, at + head.contentLength - body.receivedBytes)
    this.since = second
    if (end > at) {
      body.add(bytes.subarray(at, end))
      gate.bodyArrived(this.connection, end - at)
    }
    if (body.receivedBytes === head.contentLength) {
      this.forgetBody()
      this.dispatch(head, body.finish())
    }
    return end
  }

  private forgetBody(): void {
    this.head = undefined
    this.body = undefined
    this.partialBodySince = undefined
    this.connection.core.gate.bodyEnded(this.connection)
  }

  private dispatch(head: Head, body: CollectedBody): void {
    const { core } = this.connection
    core.counters.http1Requests++
    core.counters.requestBodyBytes += body.bytes.length
    const last = !head.keepAlive || core.draining
    if (last) this.closing = true
    const exchange = new Exchange('http/1.1', this.peer, head.method, head.target, head.headers, body, last)
    this.answers.push(exchange)
    answer(core, exchange, this.onAnswer)
  }

  private readonly onAnswer: Parameters<typeof answer>[2] = (exchange, response) => this.answers.answered(exchange, response)

  /** Answers in its turn, then closes: where the next request would begin is not known. */
  private refuse(status: number): void {
    this.connection.core.counters.requestsRefused++
    this.closing = true
    this.since = this.connection.core.second
    const refused = new Exchange('http/1.1', this.peer, '', '', new RawHeaders([]), emptyBody(), true)
    this.answers.push(refused)
    this.answers.answered(refused, refusal(status))
  }

  private timeOut(): void {
    this.connection.core.counters.timedOut++
    this.releaseBody()
    this.rest = undefined
    this.refuse(408)
  }

  /** Answers were sent: there may be room for what waits. */
  private settled(): void {
    if (this.answers.depth > 0 && (this.foreign || this.answers.depth * 2 > this.connection.core.limits.pipelineDepthMax)) return
    if (this.answers.depth === 0 && this.head === undefined) this.since = this.connection.core.second
    if (this.consuming || !this.connection.isHeldFor(hold.pipeline)) return
    this.connection.letGo(hold.pipeline)
    if (this.foreign) this.giveAway()
    else if (this.rest !== undefined) this.consume(this.rest)
  }

  private giveAway(): void {
    const rest = this.rest as Buffer
    this.rest = undefined
    this.connection.core.counters.http1Foreign++
    this.socket.off('data', this.onData).off('end', this.onEnd).off('close', this.onClose)
    this.answers.detach()
    this.handOver(this.connection, this.socket, this.peer, rest)
  }

  private discard(chunk: Buffer): void {
    this.discardedBytes += chunk.length
    if (this.discardedBytes > this.connection.core.limits.bodyBytesMax) this.socket.destroy()
  }

  /** The client has closed his side; what he has asked for is still answered. */
  private readonly onEnd = (): void => {
    this.closing = true
    this.since = this.connection.core.second
    this.releaseBody()
    this.answers.halfClosed()
    if (!this.answers.closeAfterNewest()) this.socket.end()
  }

  private readonly onClose = (): void => {
    this.releaseBody()
    this.answers.closed()
  }

  /** A body that will never be whole. */
  private releaseBody(): void {
    if (this.body === undefined) return
    const { receivedBytes } = this.body
    this.forgetBody()
    this.connection.core.gate.bodyReleased(receivedBytes)
  }
}

/** The body out of its chunk, in memory that no other request shares. */
function ownBytes(bytes: Buffer, start: number, length: number): Buffer {
  const end = start + length
  // The last request of a chunk may keep the chunk, unless it would keep much more than it is.
  if (end === bytes.length && (bytes.length <= smallChunkBytes || length * 2 >= bytes.length)) return bytes.subarray(start, end)
  const copy = Buffer.allocUnsafeSlow(length)
  bytes.copy(copy, 0, start, end)
  return copy
}
