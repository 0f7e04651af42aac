import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { Connection } from './connection.js'
import type { ListenerCore } from './listener-core.js'

/** In PEM: the server's certificate, with the chain behind it, and its key. */
export interface TlsIdentity {
  readonly cert: string
  readonly key: string
}

/** Ends TLS on sockets that are handed to it. What is spoken inside is found out from the first bytes there, as outside. */
export class TlsEndpoint {
  private readonly server: Server
  private readonly handshakes = new Map<string, Connection>()

  constructor(core: ListenerCore, identity: TlsIdentity, established: (connection: Connection, socket: TLSSocket) => void) {
    this.server = createServer({
      ...identity,
      ALPNProtocols: ['h2', 'http/1.1'],
      minVersion: 'TLSv1.2',
      handshakeTimeout: core.limits.headSeconds * 1000,
    })
    this.server.on('secureConnection', (socket: TLSSocket) => {
      const connection = this.handshakes.get(peerName(socket))
      if (connection === undefined) socket.destroy()
      else {
        socket.allowHalfOpen = true
        established(connection, socket)
      }
    })
    this.server.on('tlsClientError', (_error: Error, socket: TLSSocket) => {
      core.counters.tlsFailed++
      socket.destroy()
    })
  }

  /** A renewed certificate, for handshakes from now on. */
  renew(identity: TlsIdentity): void {
    this.server.setSecureContext({ ...identity, minVersion: 'TLSv1.2' })
  }

  /** `bytes`: the beginning of the handshake. */
  take(connection: Connection, socket: Socket, bytes: Buffer): void {
    const name = peerName(socket)
    this.handshakes.set(name, connection)
    // A client that ends its side in the middle of the handshake has gone; only later may it wait for answers still.
    socket.allowHalfOpen = false
    socket.on('close', () => this.handshakes.delete(name))
    // A stream that flows would lose them.
    socket.pause()
    socket.unshift(bytes)
    this.server.emit('connection', socket)
  }
}

/** One connection on one port has one peer, by which the socket inside TLS is known to be the one outside. */
function peerName(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}
