import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogBatch } from '@millrace/log-store'
import { Tail } from './tail.js'

function batch(baseOffset: number, recordCount = 2, bytes = 1000): LogBatch {
  return { baseOffset, recordCount, arrivalMs: 0, records: Buffer.alloc(bytes), skip: 0 }
}

function offsetsFrom(tail: { batchesFrom(offset: number): Iterable<LogBatch> | undefined }, offset: number) {
  const found = tail.batchesFrom(offset)
  return found && [...found].map((found) => found.baseOffset)
}

test('finds the batch that holds an offset, also across holes', () => {
  const shard = new Tail(1e6).shard()
  for (const base of [10, 12, 20]) shard.push(batch(base))
  assert.deepEqual(offsetsFrom(shard, 10), [10, 12, 20])
  assert.deepEqual(offsetsFrom(shard, 13), [12, 20])
  assert.deepEqual(offsetsFrom(shard, 21), [20])
  assert.equal(offsetsFrom(shard, 9), undefined)
})

test('an empty tail knows nothing', () => {
  assert.equal(new Tail(1e6).shard().batchesFrom(0), undefined)
})

test('over the budget the oldest batch of the lane falls out, whichever shard it belongs to', () => {
  const tail = new Tail(4 * 1200)
  const [idle, busy] = [tail.shard(), tail.shard()]
  idle.push(batch(0))
  for (let i = 0; i < 4; i++) busy.push(batch(i * 2))
  assert.equal(idle.firstOffset, undefined)
  assert.equal(busy.firstOffset, 0)
  busy.push(batch(8))
  assert.equal(busy.firstOffset, 2)
})

test('holds no more than its budget however many batches pass', () => {
  const tail = new Tail(50_000)
  const shards = Array.from({ length: 7 }, () => tail.shard())
  for (let i = 0; i < 20_000; i++) shards[i % 7].push(batch(i * 2))
  const held = shards.flatMap((shard) => [...(shard.batchesFrom(shard.firstOffset ?? 0) ?? [])])
  assert.ok(held.length > 30 && held.length <= 50_000 / 1200, `${held.length} batches`)
})
