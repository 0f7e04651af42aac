import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Send } from './send-ledger.js'
import type { ShardShape } from './shard-ledger.js'
import { StreamLedger } from './stream-ledger.js'

const sequenceNumbers = ['498', '499', '4100', '4101'] as const
const shardId = 'shardId-000000000000'
const child = 'shardId-000000000001'

function shape(given: Partial<ShardShape> = {}): ShardShape {
  const open = { startingHashKey: 0n, endingHashKey: 10n, parents: [], startingSequenceNumber: '1' }
  return { ...open, endingSequenceNumber: undefined, ...given }
}

function streamWithShard(): StreamLedger {
  const stream = new StreamLedger('orders', 1)
  stream.shard(shardId).shape = shape()
  return stream
}

const send = (stream: StreamLedger, id: number, tick = 1, hashKey = 5n): Send => stream.sent(id, hashKey, tick)

function find(stream: StreamLedger, id: number, sequenceNumber: string, arrivalMs = 1, shard = shardId): void {
  stream.found(stream.shard(shard), { id, sequenceNumber, arrivalMs })
}

test('an acknowledged record that is not found is a loss', () => {
  const stream = streamWithShard()
  stream.acknowledged(send(stream, 1), shardId, sequenceNumbers[0])
  assert.throws(() => stream.settle(), /lost/)
})

test('a record that was not acknowledged may be found or not, and is never taken for new after the check', () => {
  const stream = streamWithShard()
  send(stream, 1)
  send(stream, 2)
  find(stream, 1, sequenceNumbers[0])
  stream.settle()
  assert.throws(() => find(stream, 2, sequenceNumbers[1]), /never sent/)
})

test('a record may be found twice only where it was sent twice', () => {
  const stream = streamWithShard()
  send(stream, 1)
  stream.acknowledged(send(stream, 1), shardId, sequenceNumbers[1])
  find(stream, 1, sequenceNumbers[0])
  find(stream, 1, sequenceNumbers[1])
  stream.settle()
  assert.throws(() => find(stream, 1, sequenceNumbers[2]), /more often/)
})

test('an acknowledged record found elsewhere than it was acknowledged is a violation', () => {
  const stream = streamWithShard()
  stream.acknowledged(send(stream, 1), shardId, sequenceNumbers[1])
  assert.throws(() => find(stream, 1, sequenceNumbers[0]), /more often/)
  assert.throws(() => find(stream, 1, sequenceNumbers[1], 1, child), /never sent here/)
})

test('sequence numbers that do not rise and arrival times that go back are violations', () => {
  for (const [second, arrivalMs, expected] of [
    [sequenceNumbers[1], 5, /do not rise/],
    [sequenceNumbers[3], 4, /go back/],
  ] as const) {
    const stream = streamWithShard()
    send(stream, 1)
    send(stream, 2)
    find(stream, 1, sequenceNumbers[2], 5)
    assert.throws(() => find(stream, 2, second, arrivalMs), expected)
  }
})

test('a shard that does not have the hash key may neither acknowledge a record nor have it', () => {
  const stream = streamWithShard()
  assert.throws(() => stream.acknowledged(send(stream, 1, 1, 11n), shardId, sequenceNumbers[0]), /hash key/)
  assert.throws(() => find(stream, 1, sequenceNumbers[0]), /never sent here/)
})

test('a shard that was described as closed takes nothing that is sent later', () => {
  const stream = streamWithShard()
  const before = send(stream, 1, 1)
  stream.shard(shardId).closedTick = 2
  stream.acknowledged(before, shardId, sequenceNumbers[0])
  assert.throws(() => stream.acknowledged(send(stream, 2, 3), shardId, sequenceNumbers[1]), /closed/)
})

test('a child gives higher numbers than its parent gave to the same keys', () => {
  const stream = streamWithShard()
  stream.acknowledged(send(stream, 1), shardId, sequenceNumbers[2])
  assert.throws(() => stream.acknowledged(send(stream, 2, 2), child, sequenceNumbers[1]), /not above/)
  stream.acknowledged(send(stream, 3, 3), child, sequenceNumbers[3])
})
