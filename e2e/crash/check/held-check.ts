import type { KinesisClient } from '@millrace/testkit'
import { ReadFailed, readPage, readToEnd, shardIterator } from '../actors/shard-reader.js'
import type { HeldPosition } from '../actors/tailing-reader.js'
import { isAbove, type ReadRecord } from '../ledger/shard-ledger.js'
import { Violation } from '../violation.js'
import { expectRun } from './shard-check.js'

/**
 * A position from before the crash, after the shard has been settled: what a reader saw is still there, without gaps, and its iterator goes
 * on with the very next record.
 */
export async function checkHeld(client: KinesisClient, held: HeldPosition): Promise<void> {
  if (held.stream.life !== 'live') return refusesIterator(client, held)
  const { stream, shard, seen, start } = held
  const [firstSeen] = seen
  const rest = await readOn(client, held)
  if (firstSeen !== undefined) {
    const from = shard.positionOf(firstSeen.sequenceNumber)
    if (from < 0)
      throw new Violation('a reader saw a record that the crash took back', {
        stream: stream.name,
        shard: shard.shardId,
        firstSeen,
        start,
      })
    expectRun(stream, shard, from, seen)
    expectRun(stream, shard, from + seen.length, rest, shard.history.length - from - seen.length)
  } else {
    const [first] = rest
    const from = first === undefined ? shard.history.length : shard.positionOf(first.sequenceNumber)
    expectRun(stream, shard, from, rest, shard.history.length - from)
  }
  checkStart(held, firstSeen?.sequenceNumber ?? rest[0]?.sequenceNumber)
}

async function readOn(client: KinesisClient, { stream, shard, next }: HeldPosition): Promise<readonly ReadRecord[]> {
  if (next === undefined) return []
  if (typeof next === 'string') return readToEnd(client, next)
  const start = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: next.continuation } as const
  return readToEnd(client, await shardIterator(client, stream.name, shard.shardId, start))
}

/** Where a reader's first record must lie, by the kind of its start. */
function checkStart({ shard, stream, start, floor, obtainedTick }: HeldPosition, first: string | undefined): void {
  const position = first === undefined ? shard.history.length : shard.positionOf(first)
  const evidence = { stream: stream.name, shard: shard.shardId, start, first, position, floor }
  if (start.ShardIteratorType === 'TRIM_HORIZON' && position !== 0)
    throw new Violation('TRIM_HORIZON did not begin with the first record', evidence)
  if (start.ShardIteratorType === 'AT_SEQUENCE_NUMBER' && first !== start.StartingSequenceNumber) {
    throw new Violation('AT_SEQUENCE_NUMBER did not begin there', evidence)
  }
  if (start.ShardIteratorType === 'AFTER_SEQUENCE_NUMBER' && position !== shard.positionOf(start.StartingSequenceNumber) + 1) {
    throw new Violation('AFTER_SEQUENCE_NUMBER did not begin behind it', evidence)
  }
  if (start.ShardIteratorType !== 'LATEST') return
  if (first !== undefined && !isAbove(first, floor)) throw new Violation('LATEST showed an older record', evidence)
  const skipped = shard.history.slice(0, position).find(({ ackedSendTick }) => ackedSendTick > obtainedTick)
  if (skipped) throw new Violation('LATEST left out a record that was sent after it', { ...evidence, skipped })
}

/** The stream is gone, or another one has its name: the old iterator must not show records. */
async function refusesIterator(client: KinesisClient, held: HeldPosition): Promise<void> {
  const { next } = held
  if (held.stream.life !== 'gone' || typeof next !== 'string') return
  try {
    const page = await readPage(client, next)
    throw new Violation('the iterator of a deleted stream is taken', { stream: held.stream.name, records: page.records.length })
  } catch (error) {
    const isRefusal = error instanceof ReadFailed && error.outcome.kind === 'answer' && error.outcome.status === 400
    if (!isRefusal) throw error
  }
}
