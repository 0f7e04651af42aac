import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { BudgetGate } from './budget-gate.js'
import type { ListenerBudget } from './byte-budget.js'
import { Connection } from './connection.js'
import type { Peer } from './exchange.js'
import { recognise } from './first-bytes.js'
import { Http1Protocol } from './http1-protocol.js'
import { Http2Protocol } from './http2-protocol.js'
import type { ListenerCore, ListenerReport } from './listener-core.js'
import { type ListenerCounters, newCounters } from './listener-counters.js'
import { defaultListenerLimits, type ListenerLimits } from './listener-limits.js'
import { NodeHttp } from './node-http.js'
import type { WireHandler } from './request.js'
import { TlsEndpoint, type TlsIdentity } from './tls-endpoint.js'

export interface ListenerOptions {
  readonly handler: WireHandler
  /** Shared by all lanes. */
  readonly budget: ListenerBudget
  readonly limits?: Partial<ListenerLimits>
  /** Without it TLS connections are closed. */
  readonly tls?: TlsIdentity
  readonly report: ListenerReport
  /** The clock of all deadlines: calls once a second, until what it returns is called. */
  readonly everySecond?: (tick: () => void) => () => void
}

/** One lane's ear: accepts connections on the port that all lanes share, or takes those that one acceptor hands to it. */
export class Listener {
  private readonly core: ListenerCore
  private readonly nodeHttp: NodeHttp
  private readonly tls: TlsEndpoint | undefined
  private readonly server: Server
  private readonly stopClock: () => void

  constructor(options: ListenerOptions) {
    const connections = new Set<Connection>()
    const counters = newCounters()
    const limits = { ...defaultListenerLimits, ...options.limits }
    this.core = {
      handler: options.handler,
      limits,
      gate: new BudgetGate(options.budget, connections, counters, limits.passageBytesPerSecondMin),
      counters,
      report: options.report,
      connections,
      second: 0,
      draining: false,
    }
    this.nodeHttp = new NodeHttp(this.core)
    this.tls =
      options.tls &&
      new TlsEndpoint(this.core, options.tls, (connection, socket) => this.awaitFirstBytes(connection, socket, true))
    this.server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) =>
      this.accept(socket),
    )
    this.stopClock = (options.everySecond ?? everySecond)(() => this.tick())
  }

  get counters(): Readonly<ListenerCounters> {
    return this.core.counters
  }

  /** `reusePort`: other lanes listen on the same port (Linux). Port 0 takes a free one. */
  listen(address: { host: string; port: number; reusePort?: boolean }): Promise<AddressInfo> {
    const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>()
    this.server.once('error', reject)
    this.server.listen({ ...address, backlog: 1024 }, () => {
      this.server.off('error', reject)
      resolve(this.server.address() as AddressInfo)
    })
    return promise
  }

  /** Takes a connection that was accepted elsewhere, with `allowHalfOpen`. */
  accept(socket: Socket): void {
    const { core } = this
    if (core.draining || core.connections.size >= core.limits.connectionsMax) {
      core.counters.connectionsRefused++
      socket.destroy()
      return
    }
    const connection = new Connection(core, socket)
    this.awaitFirstBytes(connection, socket, false)
  }

  /** A renewed certificate, for handshakes from now on. */
  renewTls(identity: TlsIdentity): void {
    this.tls?.renew(identity)
  }

  /** Stops accepting and reading, answers what is in flight, and closes what is left after `withinMs`. */
  async close(withinMs: number): Promise<void> {
    const { core } = this
    core.draining = true
    this.server.close()
    for (const connection of core.connections) connection.drain()
    const end = performance.now() + withinMs
    while (core.connections.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10))
    for (const connection of core.connections) connection.socket.destroy()
    this.stopClock()
    core.gate.stop()
    this.nodeHttp.close()
  }

  private tick(): void {
    this.core.second++
    for (const connection of this.core.connections) connection.sweep()
  }

  private awaitFirstBytes(connection: Connection, socket: Socket, secure: boolean): void {
    let seen: Buffer | undefined
    const onEnd = () => socket.destroy()
    const onData = (chunk: Buffer) => {
      seen = seen === undefined ? chunk : Buffer.concat([seen, chunk])
      const spoken = recognise(seen)
      if (spoken === undefined) return
      socket.off('data', onData).off('end', onEnd)
      this.begin(connection, socket, secure, spoken, seen)
    }
    socket.on('data', onData).on('end', onEnd)
  }

  private begin(connection: Connection, socket: Socket, secure: boolean, spoken: 'tls' | 'h2' | 'http/1.1', bytes: Buffer): void {
    if (spoken === 'tls') {
      if (secure || this.tls === undefined) socket.destroy()
      else this.tls.take(connection, socket, bytes)
      return
    }
    const peer: Peer = { secure, remoteAddress: socket.remoteAddress ?? '', reader: connection.reader }
    if (spoken === 'h2') {
      connection.protocol = new Http2Protocol(this.core, connection, socket, peer, bytes)
      return
    }
    const protocol = new Http1Protocol(connection, socket, peer, (...handed) => this.nodeHttp.take(...handed))
    connection.protocol = protocol
    protocol.begin(bytes)
  }
}

export function createListener(options: ListenerOptions): Listener {
  return new Listener(options)
}

function everySecond(tick: () => void): () => void {
  const timer = setInterval(tick, 1000).unref()
  return () => clearInterval(timer)
}
