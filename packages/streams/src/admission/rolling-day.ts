const dayMs = 86_400_000

/**
 * What AWS limits in a rolling period of 24 hours: those of the times that still count. Times in the future, which a clock that was set
 * back leaves behind, do not: they would refuse everything until it has caught up.
 */
export function ofLastDay(timesMs: readonly number[], nowMs: number): number[] {
  return timesMs.filter((ms) => ms <= nowMs && nowMs - ms < dayMs)
}
