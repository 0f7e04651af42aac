/** What a listener has seen since it was made; read by metrics, written by the listener alone. */
export interface ListenerCounters {
  connectionsOpen: number
  connectionsAccepted: number
  /** Closed at once: too many were open. */
  connectionsRefused: number
  /** Connections, or streams of HTTP/2, that took too long for anything. */
  timedOut: number
  tlsFailed: number
  http1Requests: number
  /** HTTP/1.1 connections handed to `node:http`. */
  http1Foreign: number
  http2Requests: number
  /** Answered by the listener itself: malformed, too large. */
  requestsRefused: number
  requestBodyBytes: number
  /** Times that reading stopped at a budget. */
  budgetStops: number
}

export function newCounters(): ListenerCounters {
  return {
    connectionsOpen: 0,
    connectionsAccepted: 0,
    connectionsRefused: 0,
    timedOut: 0,
    tlsFailed: 0,
    http1Requests: 0,
    http1Foreign: 0,
    http2Requests: 0,
    requestsRefused: 0,
    requestBodyBytes: 0,
    budgetStops: 0,
  }
}
