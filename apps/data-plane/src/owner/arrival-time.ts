import type { ShardEntry } from '@millrace/streams'

/** How long a seal may come after the second that it was meant for before the records in between tell of it. */
const lateMsMax = 5_000

/**
 * When a record arrives in a shard, as far as the clock decides. A shard begins with its first second, also where clocks differ. One
 * that a reshard closes takes records until it is sealed, shortly after its last second: these still belong to that second, so that
 * whoever begins to read at a later time with the children misses none. Where the seal does not come, or the clock was set, the
 * records tell the true time, and the children begin after it.
 */
export function arrivalMsIn({ creationSecond, closesSecond }: ArrivalTerms, nowMs: number): number {
  const beginsMs = creationSecond * 1000
  if (closesSecond === undefined) return Math.max(nowMs, beginsMs)
  const endsMs = closesSecond * 1000 + 999
  return nowMs > endsMs && nowMs <= endsMs + lateMsMax ? endsMs : Math.max(nowMs, beginsMs)
}

export type ArrivalTerms = Pick<ShardEntry, 'creationSecond' | 'closesSecond'>
