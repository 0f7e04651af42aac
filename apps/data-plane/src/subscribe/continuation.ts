import { type ShardEntry, sequenceNumberOf, startingSequenceNumber } from '@millrace/streams'

/**
 * Where to subscribe next, as AFTER_SEQUENCE_NUMBER: the number that the record before `nextOffset` has, or would have where the
 * shard has a gap or nothing has come yet.
 */
export function continuationOf({ creationSecond, index }: ShardEntry, nextOffset: number, lastArrivalMs: number): string {
  if (nextOffset === 0) return startingSequenceNumber(creationSecond, index)
  return sequenceNumberOf(creationSecond, index, nextOffset - 1, Math.max(lastArrivalMs, creationSecond * 1000))
}
