import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ShardEntry, StreamEntry } from '@millrace/streams'
import { endingSequenceNumber, sequenceNumberOf, startingSequenceNumber } from '@millrace/streams'
import { startOffset } from './starting-position.js'

const nowMs = 1_700_000_500_000
const shard = { index: 3, creationSecond: 1_700_000_000 } as ShardEntry
const stream = { name: 's', account: '000000000000' } as StreamEntry
const context = { stream, shard, nowMs, operation: 'GetShardIterator' }

function start(type: string, sequenceNumber?: string, timestamp?: Date) {
  return startOffset({ type, sequenceNumber, timestamp }, context)
}

function messageOf(result: ReturnType<typeof start>): string {
  assert.ok(!result.ok && 'message' in result.error)
  return result.error.message
}

test('AT a record reads it, AFTER it reads the next, and the start of the shard is before the first', () => {
  const text = sequenceNumberOf(1_700_000_000, 3, 41, nowMs)
  assert.deepEqual(start('AT_SEQUENCE_NUMBER', text), { ok: true, value: { kind: 'offset', offset: 41 } })
  assert.deepEqual(start('AFTER_SEQUENCE_NUMBER', text), { ok: true, value: { kind: 'offset', offset: 42 } })
  const first = startingSequenceNumber(1_700_000_000, 3)
  for (const type of ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER']) {
    assert.deepEqual(start(type, first), { ok: true, value: { kind: 'offset', offset: 0 } })
  }
})

test('AFTER the end of a closed shard lies beyond every record', () => {
  const result = start('AFTER_SEQUENCE_NUMBER', endingSequenceNumber(1_700_000_000, 3, 1_700_000_100))
  assert.ok(result.ok && result.value !== 'latest' && result.value.kind === 'offset')
  assert.equal(result.value.offset, Number.MAX_SAFE_INTEGER)
})

test('TRIM_HORIZON and LATEST take no sequence number, AT and AFTER need one', () => {
  assert.deepEqual(start('TRIM_HORIZON'), { ok: true, value: { kind: 'offset', offset: 0 } })
  assert.deepEqual(start('LATEST'), { ok: true, value: 'latest' })
  assert.match(messageOf(start('LATEST', '1')), /Request specified LATEST and also a StartingSequenceNumber\.$/)
  assert.match(messageOf(start('AT_SEQUENCE_NUMBER')), /Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber\.$/)
})

test('a number of another shard, of another stream, or of none is refused with the reason', () => {
  assert.equal(
    messageOf(start('AT_SEQUENCE_NUMBER', sequenceNumberOf(1_700_000_000, 5, 1, nowMs))),
    'Invalid StartingSequenceNumber. It encodes shardId-000000000005, while it was used in a call to a shard with shardId-000000000003',
  )
  assert.match(
    messageOf(start('AT_SEQUENCE_NUMBER', sequenceNumberOf(1_600_000_000, 3, 1, nowMs))),
    /did not come from this stream\.$/,
  )
  assert.match(
    messageOf(start('AT_SEQUENCE_NUMBER', '9'.repeat(60))),
    /on shard shardId-000000000003 in stream s under account 000000000000 is invalid\.$/,
  )
})

test('a timestamp is needed by AT_TIMESTAMP and may not lie in the future', () => {
  assert.deepEqual(start('AT_TIMESTAMP', undefined, new Date(nowMs)), {
    ok: true,
    value: { kind: 'timestamp', arrivalMs: nowMs },
  })
  assert.match(messageOf(start('AT_TIMESTAMP')), /^Must specify timestampInMillis/)
  assert.match(
    messageOf(start('AT_TIMESTAMP', undefined, new Date(nowMs + 1))),
    /timestampInMillis: 1700000500001, currentTimestampInMillis: 1700000500000$/,
  )
})
