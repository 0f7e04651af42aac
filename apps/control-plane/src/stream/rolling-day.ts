const dayMs = 86_400_000

/** What AWS limits in a rolling period of 24 hours: those of the times that still count. */
export function ofLastDay(timesMs: readonly number[], nowMs: number): number[] {
  return timesMs.filter((ms) => nowMs - ms < dayMs)
}
