import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Connection } from './connection.js'
import type { Peer } from './exchange.js'
import type { ListenerCore, Protocol } from './listener-core.js'
import { NodeHttpRequest, type RequestOwner } from './node-http-request.js'

/** What HTTP/1.1 knows beyond the strict subset: Expect, chunked bodies, HTTP/1.0 and the rest, as `node:http` reads it. */
export class NodeHttp {
  private readonly server: Server
  private readonly owners = new WeakMap<Duplex, NodeHttpProtocol>()

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
    this.server.on('request', (request, response) => this.owners.get(request.socket)?.begin(request, response, false))
    this.server.on('checkContinue', (request, response) => this.owners.get(request.socket)?.begin(request, response, true))
    // It never listens itself, and watches its deadlines only from this event on.
    this.server.emit('listening')
  }

  take(connection: Connection, socket: Socket, peer: Peer, bytes: Buffer): void {
    const protocol = new NodeHttpProtocol(this.core, connection, socket, peer)
    connection.protocol = protocol
    this.owners.set(socket, protocol)
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

/** A connection that `node:http` reads. Pipelined requests may begin before the first of them has come to its end. */
class NodeHttpProtocol implements Protocol, RequestOwner {
  readonly readsForAnswers = false
  private readonly requests = new Set<NodeHttpRequest>()

  constructor(
    readonly core: ListenerCore,
    readonly connection: Connection,
    readonly socket: Socket,
    readonly peer: Peer,
  ) {}

  get partialBodySince(): number | undefined {
    // In the order in which they began.
    for (const { partialBodySince } of this.requests) if (partialBodySince !== undefined) return partialBodySince
    return undefined
  }

  get hasUnsent(): boolean {
    for (const { heldBytes } of this.requests) if (heldBytes > 0) return true
    return false
  }

  begin(message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const request = new NodeHttpRequest(this, message, response)
    this.requests.add(request)
    response.on('close', () => this.requests.delete(request))
    request.begin(awaitsContinue)
  }

  sweep(): void {
    const { isListenedTo } = this.connection
    for (const request of this.requests) if (request.isSlow(isListenedTo)) this.connection.timeOut()
  }

  endSlowBody(): void {
    this.connection.timeOut()
  }

  drain(): void {
    if (this.requests.size === 0) this.socket.destroy()
  }
}
