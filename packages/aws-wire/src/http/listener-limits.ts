import { limits as awsLimits } from '@millrace/model'

/** What one listener (one lane) takes from strangers. Times are kept by a clock that ticks once a second. */
export interface ListenerLimits {
  /** Connections open at one time; further ones are closed at once. */
  readonly connectionsMax: number
  /** Request line and headers, all bytes; in HTTP/2 the list of headers as the protocol counts it. */
  readonly headBytesMax: number
  readonly headersMax: number
  readonly bodyBytesMax: number
  /** HTTP/1.1: requests of one connection that are read before the first of them is answered. */
  readonly pipelineDepthMax: number
  /** HTTP/2: streams of one connection open at one time. */
  readonly streamsMax: number
  /** Bytes of answers that wait for a slow reader before no further request of his is read. */
  readonly unsentBytesMax: number
  /** From the first byte of a head (or of a TLS handshake) to its end. */
  readonly headSeconds: number
  /** Without a byte of a body that is awaited. */
  readonly bodyStallSeconds: number
  /** After that time a body must have come at least this fast on the whole. */
  readonly bodyBytesPerSecondMin: number
  /** And this fast in every second in which the budget lets only this one body pass, and all others wait for it. */
  readonly passageBytesPerSecondMin: number
  /** Without a byte taken of an answer that is under way. */
  readonly sendStallSeconds: number
  /** The same, where answers fill the budget. */
  readonly pressedSendStallSeconds: number
  /** Between requests. Longer than the pools of the AWS SDKs keep a connection, so that the client closes first. */
  readonly idleSeconds: number
}

export const defaultListenerLimits: ListenerLimits = {
  connectionsMax: 16_384,
  headBytesMax: 64 * 1024,
  headersMax: 256,
  bodyBytesMax: awsLimits.bodyBytesMax,
  pipelineDepthMax: 64,
  streamsMax: 256,
  unsentBytesMax: 1024 * 1024,
  headSeconds: 20,
  bodyStallSeconds: 20,
  bodyBytesPerSecondMin: 16 * 1024,
  passageBytesPerSecondMin: 256 * 1024,
  sendStallSeconds: 60,
  pressedSendStallSeconds: 3,
  idleSeconds: 300,
}

/** `silentSeconds`: since the last byte; `seconds`: since the first, those not counted in which the listener did not read. */
export function isSlowBody(limits: ListenerLimits, silentSeconds: number, seconds: number, receivedBytes: number): boolean {
  return (
    silentSeconds > limits.bodyStallSeconds || seconds > limits.bodyStallSeconds + receivedBytes / limits.bodyBytesPerSecondMin
  )
}
