import type { Socket } from 'node:net'
import { type Connection, hold } from './connection.js'
import { Departure } from './departure.js'
import type { Exchange } from './exchange.js'
import { bodyLength, chunk, handlerFailed, joinedBytesMax, lastChunk, mayHaveBody, responseHead } from './http1-response.js'
import { isSlowReader } from './listener-core.js'
import { asItIs, pump, sliceBytes } from './pump.js'
import type { WireBody, WireResponse } from './request.js'

/** The answers of one HTTP/1.1 connection: sent in the order of the requests, whatever the order in which they are ready. */
export class Http1Answers {
  depth = 0
  private oldest: Exchange | undefined
  private newest: Exchange | undefined
  /** A long answer is under way, and all others wait for its end. */
  private sending: WireBody | undefined
  private corked = false
  private heldBytes = 0
  private progressAt: number
  private readonly departure = new Departure()

  /** `settled`: answers were sent, and nothing more can be sent now. */
  constructor(
    private readonly connection: Connection,
    private readonly socket: Socket,
    private readonly settled: () => void,
  ) {
    this.progressAt = connection.core.second
    socket.on('drain', this.onDrain)
  }

  /** Somebody else answers on this connection from now on. */
  detach(): void {
    this.socket.off('drain', this.onDrain)
  }

  get hasUnsent(): boolean {
    return this.heldBytes > 0
  }

  push(exchange: Exchange): void {
    if (this.newest === undefined) this.oldest = exchange
    else this.newest.next = exchange
    this.newest = exchange
    this.depth++
  }

  answered(exchange: Exchange, response: WireResponse): void {
    if (this.socket.destroyed) return
    exchange.response = response
    if (exchange === this.oldest && this.sending === undefined) this.flush()
    else this.account()
  }

  /** No request follows the ones that wait; false: none waits. */
  closeAfterNewest(): boolean {
    if (this.newest === undefined) return false
    this.newest.last = true
    return true
  }

  /** The reader has closed his side: short answers may still reach him, but nobody waits for events any more. */
  halfClosed(): void {
    if (this.sending?.kind === 'stream') this.departure.happen()
  }

  closed(): void {
    for (let exchange = this.oldest; exchange !== undefined; exchange = exchange.next) exchange.abort()
    this.oldest = this.newest = undefined
    this.depth = 0
    this.departure.happen()
    this.account()
  }

  /** Called once a second; true: the reader takes nothing. */
  stalls(): boolean {
    this.account()
    const { core } = this.connection
    if (this.socket.writableLength === 0) this.progressAt = core.second
    return isSlowReader(core, core.second - this.progressAt)
  }

  private flush(): void {
    if (this.depth > 1) this.corkForThisTurn()
    while (this.sending === undefined && this.oldest?.response !== undefined) this.send(this.oldest, this.oldest.response)
    this.account()
    this.settled()
  }

  private send(exchange: Exchange, response: WireResponse): void {
    const head = this.headOf(exchange, response)
    const { status, body } = exchange.response as WireResponse
    if (exchange.method === 'HEAD' || !mayHaveBody(status)) this.socket.write(head, 'latin1')
    else if (body.kind === 'bytes' && body.bytes.length <= sliceBytes) this.sendShort(head, body.bytes)
    else {
      this.sending = body
      this.socket.write(head, 'latin1')
      void this.sendLong(exchange, body)
      return
    }
    this.sent(exchange)
  }

  /** An answer that cannot be written is replaced. */
  private headOf(exchange: Exchange, response: WireResponse): string {
    try {
      return responseHead(response, exchange.last)
    } catch (error) {
      this.connection.core.report({ what: 'an answer cannot be written', error })
      exchange.response = handlerFailed
      return responseHead(handlerFailed, exchange.last)
    }
  }

  private sendShort(head: string, body: Uint8Array): void {
    if (body.length > joinedBytesMax) {
      this.socket.cork()
      this.socket.write(head, 'latin1')
      this.socket.write(body)
      this.socket.uncork()
      return
    }
    const joined = Buffer.allocUnsafe(head.length + body.length)
    joined.write(head, 0, 'latin1')
    joined.set(body, head.length)
    this.socket.write(joined)
  }

  private async sendLong(exchange: Exchange, body: WireBody): Promise<void> {
    const framed = body.kind === 'stream'
    const progressed = () => {
      this.progressAt = this.connection.core.second
    }
    try {
      const unsent = () => this.account()
      await pump(body, { out: this.socket, frame: framed ? chunk : asItIs, progressed, unsent, gone: this.departure })
    } catch (error) {
      this.connection.core.report({ what: 'an answer broke off', error })
      this.socket.destroy()
    }
    if (this.socket.destroyed) return
    if (framed) this.socket.write(lastChunk)
    this.sending = undefined
    this.sent(exchange)
    this.flush()
  }

  private sent(exchange: Exchange): void {
    this.oldest = exchange.next
    if (this.oldest === undefined) this.newest = undefined
    this.depth--
    if (exchange.last) this.socket.end()
  }

  /** Answers that become ready in one turn of the loop go to the kernel together. */
  private corkForThisTurn(): void {
    if (this.corked) return
    this.corked = true
    this.socket.cork()
    process.nextTick(() => {
      this.corked = false
      this.socket.uncork()
      this.account()
    })
  }

  private readonly onDrain = (): void => {
    this.progressAt = this.connection.core.second
    this.account()
  }

  /** What waits for this reader counts in the budget; when it is too much, he is not read until he has read. */
  private account(): void {
    const unsentBytes = this.socket.writableLength
    let heldBytes = unsentBytes
    for (let exchange = this.oldest; exchange?.response !== undefined; exchange = exchange.next) {
      heldBytes += bodyLength(exchange.response.body)
    }
    if (this.socket.destroyed) heldBytes = 0
    const change = heldBytes - this.heldBytes
    if (change < 0 && !this.socket.destroyed) this.connection.reader.took(-change)
    this.heldBytes = heldBytes
    if (change !== 0) this.connection.core.gate.answersHeld(this.connection, change)
    if (unsentBytes > this.connection.core.limits.unsentBytesMax) this.connection.holdFor(hold.unsent)
    else this.connection.letGo(hold.unsent)
  }
}
