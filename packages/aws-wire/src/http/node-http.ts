import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { answer } from './answer.js'
import { BodyCollector, emptyBody } from './body-collector.js'
import { type Connection, hold } from './connection.js'
import { Departure } from './departure.js'
import { Exchange, type Peer } from './exchange.js'
import { RawHeaders } from './head-headers.js'
import { bodyLength, mayHaveBody } from './http1-response.js'
import type { ListenerCore, Protocol } from './listener-core.js'
import { pump } from './pump.js'
import type { WireResponse } from './request.js'

/** What HTTP/1.1 knows beyond the strict subset: Expect, chunked bodies, HTTP/1.0 and the rest, as `node:http` reads it. */
export class NodeHttp {
  private readonly server: Server
  private readonly owners = new WeakMap<Duplex, ForeignConnection>()

  constructor(private readonly core: ListenerCore) {
    const { limits } = core
    this.server = createServer({
      maxHeaderSize: limits.headBytesMax,
      headersTimeout: limits.headSeconds * 1000,
      requestTimeout: 0,
      keepAliveTimeout: limits.idleSeconds * 1000,
      noDelay: true,
    })
    this.server.maxHeadersCount = limits.headersMax
    this.server.on('request', (request, response) => this.owners.get(request.socket)?.begin(request, response))
    this.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      this.owners.get(request.socket)?.begin(request, response, true)
    })
    // It never listens itself, and watches its deadlines only from this event on.
    this.server.emit('listening')
  }

  take(connection: Connection, socket: Socket, peer: Peer, bytes: Buffer): void {
    const foreign = new ForeignConnection(this.core, connection, socket, peer)
    connection.protocol = foreign
    this.owners.set(socket, foreign)
    // A stream that flows would lose them.
    socket.pause()
    socket.unshift(bytes)
    this.server.emit('connection', socket)
    socket.resume()
  }

  close(): void {
    this.server.close()
  }
}

/** A connection that `node:http` reads: its requests one by one, collected and answered as all others are. */
class ForeignConnection implements Protocol {
  partialBodySince: number | undefined
  private body: BodyCollector | undefined
  private since: number
  private readonly departure = new Departure()
  private exchange: Exchange | undefined

  constructor(
    private readonly core: ListenerCore,
    private readonly connection: Connection,
    private readonly socket: Socket,
    private readonly peer: Peer,
  ) {
    this.since = core.second
    socket.on('close', () => {
      this.releaseBody()
      this.departure.happen()
      this.exchange?.abort()
    })
  }

  sweep(): void {
    const { core } = this
    if (this.body === undefined || this.connection.isHeldFor(hold.budget)) this.since = core.second
    else if (core.second - this.since > core.limits.bodyStallSeconds) this.connection.timeOut()
  }

  drain(): void {
    if (this.exchange === undefined && this.body === undefined) this.socket.destroy()
  }

  begin(request: IncomingMessage, response: ServerResponse, continues = false): void {
    const { limits } = this.core
    const declared = request.headers['content-length']
    if (declared !== undefined && Number(declared) > limits.bodyBytesMax) return this.refuse(response)
    if (continues) response.writeContinue()
    const body = new BodyCollector(declared === undefined ? limits.bodyBytesMax : Number(declared))
    this.body = body
    this.partialBodySince = this.core.gate.nextBody()
    request.on('data', (chunk: Buffer) => this.collect(chunk, response))
    request.on('end', () => this.dispatch(request, response))
    request.on('error', ignore)
    response.on('error', ignore)
  }

  private collect(chunk: Buffer, response: ServerResponse): void {
    const { body } = this
    if (body === undefined) return
    this.since = this.core.second
    if (body.receivedBytes + chunk.length > this.core.limits.bodyBytesMax) {
      this.releaseBody()
      return this.refuse(response)
    }
    body.add(chunk)
    this.core.gate.bodyArrived(this.connection, chunk.length)
  }

  private dispatch(request: IncomingMessage, response: ServerResponse): void {
    const { body, core } = this
    if (body === undefined) return
    this.forgetBody()
    core.counters.http1Requests++
    core.counters.requestBodyBytes += body.receivedBytes
    const collected = body.receivedBytes === 0 ? emptyBody() : body.finish()
    const { method = '', url = '', rawHeaders } = request
    this.exchange = new Exchange('http/1.1', this.peer, method, url, new RawHeaders(rawHeaders), collected, false)
    answer(core, this.exchange, (exchange, answered) => void this.send(exchange, answered, response))
  }

  private async send(exchange: Exchange, answered: WireResponse, response: ServerResponse): Promise<void> {
    const { core } = this
    this.exchange = undefined
    if (response.destroyed) return
    const heldBytes = bodyLength(answered.body)
    core.gate.answersHeld(heldBytes)
    response.on('close', () => core.gate.answersHeld(-heldBytes))
    try {
      this.writeHead(answered, response)
      if (exchange.method === 'HEAD' || !mayHaveBody(answered.status)) response.end()
      else if (answered.body.kind === 'bytes') response.end(answered.body.bytes)
      else {
        await pump(answered.body, { out: response, frame: (piece) => piece, progressed: ignore, gone: this.departure })
        response.end()
      }
    } catch (error) {
      core.report({ what: 'an answer broke off', error })
      this.socket.destroy()
    }
  }

  private writeHead({ status, headers, body }: WireResponse, response: ServerResponse): void {
    if (this.core.draining) response.shouldKeepAlive = false
    response.statusCode = status
    for (const [name, value] of headers) response.appendHeader(name, value)
    if (mayHaveBody(status) && body.kind !== 'stream') response.setHeader('Content-Length', bodyLength(body))
    response.flushHeaders()
  }

  private refuse(response: ServerResponse): void {
    this.core.counters.requestsRefused++
    response.writeHead(413, { Connection: 'close', 'Content-Length': 0 }).end()
  }

  private forgetBody(): void {
    this.body = undefined
    this.partialBodySince = undefined
    this.core.gate.bodyEnded(this.connection)
  }

  private releaseBody(): void {
    if (this.body === undefined) return
    const { receivedBytes } = this.body
    this.forgetBody()
    this.core.gate.bodyReleased(receivedBytes)
  }
}

/** The socket's `close` follows. */
function ignore(): void {}
