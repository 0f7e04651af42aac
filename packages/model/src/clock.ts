/** Time is passed in, so that retention, throttles and iterators are tested without waiting. */
export interface Clock {
  /** Milliseconds since 1970, never fractional. */
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }
