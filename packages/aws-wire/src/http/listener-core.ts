import type { Socket } from 'node:net'
import type { BudgetGate } from './budget-gate.js'
import type { ListenerCounters } from './listener-counters.js'
import type { ListenerLimits } from './listener-limits.js'
import type { WireHandler } from './request.js'

/** What all connections of one listener share. */
export interface ListenerCore {
  readonly handler: WireHandler
  readonly limits: ListenerLimits
  readonly gate: BudgetGate
  readonly counters: ListenerCounters
  /** For what should not happen: handlers that throw, answers that break their own promises. */
  readonly report: ListenerReport
  readonly connections: Set<AcceptedConnection>
  /** Seconds since the listener was made: the clock of all deadlines, so that no connection needs a timer. */
  second: number
  draining: boolean
}

/** A connection, as the listener that accepted it sees it. */
export interface AcceptedConnection {
  readonly socket: Socket
  /** Once a second: ends what has taken too long. */
  sweep(): void
  /** Answers what is in flight, takes nothing new, closes then. */
  drain(): void
}

export type ListenerReport = (problem: { readonly what: string; readonly error: unknown }) => void

/** What a connection speaks, once its first bytes have told. */
export interface Protocol {
  /** See `GatedConnection`, for these four, and `AcceptedConnection` for the rest. */
  readonly partialBodySince: number | undefined
  readonly hasUnsent: boolean
  readonly readsForAnswers: boolean
  endSlowBody(): void
  sweep(): void
  drain(): void
}

/** `silentSeconds`: since he has taken something of an answer that waits for him. */
export function isSlowReader({ limits, gate }: ListenerCore, silentSeconds: number): boolean {
  return silentSeconds > (gate.holdsAnswers ? limits.pressedSendStallSeconds : limits.sendStallSeconds)
}
