import type { KinesisClient } from '@millrace/testkit'
import { sequenceParts } from '../../api/client/sequence-number.js'
import { readPage, readToEnd, shardIterator } from '../actors/shard-reader.js'
import { type HistoryEntry, isAbove, type ReadRecord, type ShardLedger } from '../ledger/shard-ledger.js'
import type { StreamLedger } from '../ledger/stream-ledger.js'
import type { Random } from '../random.js'
import { Violation } from '../violation.js'

/** Nobody writes: reads what came since the last check, or all, and settles with the ledger. */
export async function checkShard(
  client: KinesisClient,
  stream: StreamLedger,
  shard: ShardLedger,
  readsAll: boolean,
): Promise<void> {
  const known = shard.history.length
  const last = shard.history.at(-1)
  if (readsAll || last === undefined) {
    const records = await readToEnd(
      client,
      await shardIterator(client, stream.name, shard.shardId, { ShardIteratorType: 'TRIM_HORIZON' }),
    )
    expectRun(stream, shard, 0, records.slice(0, known), known)
    for (const record of records.slice(known)) stream.found(shard, record)
  } else {
    const start = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: last.sequenceNumber } as const
    for (const record of await readToEnd(client, await shardIterator(client, stream.name, shard.shardId, start)))
      stream.found(shard, record)
  }
  checkWithin(stream, shard)
}

/** Numbers and arrivals lie between the beginning and the end that the shard is described with. */
function checkWithin(stream: StreamLedger, { shardId, shape, history }: ShardLedger): void {
  const [first, last] = [history[0], history.at(-1)]
  if (!shape || !first || !last) return
  const { startingSequenceNumber: start, endingSequenceNumber: end } = shape
  const beginMs = sequenceParts(start).creationSeconds * 1000
  const endMs = end ? sequenceParts(end).arrivalSeconds * 1000 + 999 : Number.POSITIVE_INFINITY
  const isWithin =
    isAbove(first.sequenceNumber, start) &&
    first.arrivalMs >= beginMs &&
    last.arrivalMs <= endMs &&
    (end === undefined || isAbove(end, last.sequenceNumber))
  if (!isWithin) throw new Violation('a shard has records outside its life', { stream: stream.name, shardId, shape, first, last })
}

/** `records` must be the history from `from` on, `count` of them. */
export function expectRun(
  stream: StreamLedger,
  shard: ShardLedger,
  from: number,
  records: readonly ReadRecord[],
  count = records.length,
): void {
  if (records.length !== count) {
    throw new Violation('records that were there are gone', {
      stream: stream.name,
      shard: shard.shardId,
      expected: count,
      found: records.length,
    })
  }
  records.forEach((record, i) => {
    const expected = shard.history[from + i]
    if (
      expected?.sequenceNumber === record.sequenceNumber &&
      expected.id === record.id &&
      expected.arrivalMs === record.arrivalMs
    )
      return
    throw new Violation('the shard shows other records than before', {
      stream: stream.name,
      shard: shard.shardId,
      at: from + i,
      expected,
      record,
    })
  })
}

/** Iterators that are made after the crash from what was known before it. */
export async function checkIterators(
  client: KinesisClient,
  stream: StreamLedger,
  shard: ShardLedger,
  random: Random,
): Promise<void> {
  if (shard.history.length === 0) return
  const at = random.integer(0, shard.history.length - 1)
  const { sequenceNumber, arrivalMs } = shard.history[at] as HistoryEntry
  const first = shard.history.findIndex((entry) => entry.arrivalMs >= arrivalMs)
  const starts = [
    [at, { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: sequenceNumber }],
    [at + 1, { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: sequenceNumber }],
    [first, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: arrivalMs / 1000 }],
    [shard.history.length, { ShardIteratorType: 'LATEST' }],
  ] as const
  for (const [from, start] of starts) {
    const page = await readPage(client, await shardIterator(client, stream.name, shard.shardId, start), 20)
    expectRun(stream, shard, from, page.records)
    if (page.records.length === 0 && from < shard.history.length) {
      throw new Violation('an iterator finds nothing where records are', {
        stream: stream.name,
        shard: shard.shardId,
        start,
        from,
      })
    }
  }
}
