import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ShardLedger } from './shard-ledger.js'

const sequenceNumbers = ['498', '499', '4100', '4101'] as const

function shard(): ShardLedger {
  return new ShardLedger('shardId-000000000000', 0n, 10n)
}

function record(id: number, sequenceNumber: string, arrivalMs = 1): { id: number; sequenceNumber: string; arrivalMs: number } {
  return { id, sequenceNumber, arrivalMs }
}

test('an acknowledged record that is not found is a loss', () => {
  const ledger = shard()
  ledger.acknowledged(ledger.sent(1, 1), sequenceNumbers[0])
  assert.throws(() => ledger.settle(), /lost/)
})

test('a record that was not acknowledged may be found or not, and is never taken for new after the check', () => {
  const ledger = shard()
  ledger.sent(1, 1)
  ledger.sent(2, 2)
  ledger.found(record(1, sequenceNumbers[0]))
  ledger.settle()
  assert.throws(() => ledger.found(record(2, sequenceNumbers[1])), /never sent/)
})

test('a record may be found twice only where it was sent twice', () => {
  const ledger = shard()
  ledger.sent(1, 1)
  ledger.acknowledged(ledger.sent(1, 2), sequenceNumbers[1])
  ledger.found(record(1, sequenceNumbers[0]))
  ledger.found(record(1, sequenceNumbers[1]))
  ledger.settle()
  assert.throws(() => ledger.found(record(1, sequenceNumbers[2])), /more often/)
})

test('an acknowledged record found elsewhere than it was acknowledged is a violation', () => {
  const ledger = shard()
  ledger.acknowledged(ledger.sent(1, 1), sequenceNumbers[1])
  assert.throws(() => ledger.found(record(1, sequenceNumbers[0])), /more often/)
})

test('sequence numbers that do not rise and arrival times that go back are violations', () => {
  for (const [second, arrivalMs, expected] of [
    [sequenceNumbers[1], 5, /do not rise/],
    [sequenceNumbers[3], 4, /go back/],
  ] as const) {
    const ledger = shard()
    ledger.sent(1, 1)
    ledger.sent(2, 2)
    ledger.found(record(1, sequenceNumbers[2], 5))
    assert.throws(() => ledger.found(record(2, second, arrivalMs)), expected)
  }
})
