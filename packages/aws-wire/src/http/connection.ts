import type { Socket } from 'node:net'
import { AnswerReader } from './answer-reader.js'
import type { GatedConnection } from './budget-gate.js'
import type { AcceptedConnection, ListenerCore, Protocol } from './listener-core.js'
import { startReading, stopReading } from './socket-reading.js'

/** Reasons for which a socket is not read. */
export const hold = { budget: 1, pipeline: 2, unsent: 4 } as const

/** After the listener reads a socket again, what has waited in the kernel is here at the latest. */
const readAgainSeconds = 2

/**
 * One accepted TCP connection, whatever is spoken on it: its place among the listener's connections, and whether it is read.
 * Below TLS as well: what is not read there reaches nobody.
 */
export class Connection implements GatedConnection, AcceptedConnection {
  /** Undefined while the first bytes are awaited. */
  protocol: Protocol | undefined
  readonly reader = new AnswerReader()
  private holds = 0
  private readAgainAt = Number.NEGATIVE_INFINITY
  private readonly acceptedAt: number

  constructor(
    readonly core: ListenerCore,
    readonly socket: Socket,
  ) {
    this.acceptedAt = core.second
    core.connections.add(this)
    core.counters.connectionsOpen++
    core.counters.connectionsAccepted++
    socket.on('error', ignore)
    socket.on('close', () => this.closed())
    if (core.gate.holds(this)) this.holdFor(hold.budget)
  }

  get partialBodySince(): number | undefined {
    return this.protocol?.partialBodySince
  }

  get hasUnsent(): boolean {
    return this.protocol?.hasUnsent ?? false
  }

  get readsForAnswers(): boolean {
    return this.protocol?.readsForAnswers ?? false
  }

  endSlowBody(): void {
    this.protocol?.endSlowBody()
  }

  holdForBudget(held: boolean): void {
    if (held) this.holdFor(hold.budget)
    else this.letGo(hold.budget)
  }

  holdFor(reason: number): void {
    this.holds |= reason
    stopReading(this.socket)
  }

  letGo(reason: number): void {
    if (this.holds === 0) return
    this.holds &= ~reason
    if (this.holds !== 0) return
    this.readAgainAt = this.core.second
    startReading(this.socket)
  }

  /** The client's silence is his own: what he has sent has had the time to be read. */
  get isListenedTo(): boolean {
    return this.holds === 0 && this.core.second - this.readAgainAt >= readAgainSeconds
  }

  isHeldFor(reason: number): boolean {
    return (this.holds & reason) !== 0
  }

  sweep(): void {
    const { core } = this
    if (this.protocol !== undefined) this.protocol.sweep()
    else if (core.second - this.acceptedAt > core.limits.idleSeconds) this.timeOut()
  }

  timeOut(): void {
    if (this.socket.destroyed) return
    this.core.counters.timedOut++
    this.socket.destroy()
  }

  drain(): void {
    if (this.protocol !== undefined) this.protocol.drain()
    else this.socket.destroy()
  }

  private closed(): void {
    this.reader.isGone = true
    this.core.connections.delete(this)
    this.core.counters.connectionsOpen--
    this.core.gate.bodyEnded(this)
  }
}

/** `close` always follows, and says all that matters here. */
function ignore(): void {}
