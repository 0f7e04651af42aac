import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogBatch } from '@millrace/log-store'
import fc from 'fast-check'
import { type ShardTail, Tail } from './tail.js'

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
  assert.ok(held.length > 30 && held.length <= 50 && tail.heldBytes <= 50_000, `${held.length} batches`)
})

test('batches come out as they went in, small and large, in the clear and decrypted, of several shards in turns', () => {
  const pushes = fc.array(
    fc.record({ shard: fc.nat(2), bytes: fc.oneof(fc.nat(300), fc.nat(40_000)), decrypted: fc.boolean() }),
    {
      maxLength: 400,
    },
  )
  fc.assert(
    fc.property(pushes, fc.integer({ min: 10_000, max: 2_000_000 }), (given, bytesMax) => {
      const tail = new Tail(bytesMax)
      const shards = Array.from({ length: 3 }, () => ({ tail: tail.shard(), pushed: [] as LogBatch[] }))
      for (const [i, { shard, bytes, decrypted }] of given.entries()) {
        const pushed = {
          ...batch(i * 3, 3, bytes),
          arrivalMs: 1_800_000_000_000 + i,
          ...(decrypted ? { decrypted: true as const } : {}),
        }
        pushed.records.fill(i)
        shards[shard].tail.push(pushed)
        shards[shard].pushed.push(pushed)
      }
      assert.ok(tail.heldBytes <= bytesMax, `${tail.heldBytes} of ${bytesMax} bytes`)
      for (const { tail, pushed } of shards) assert.deepEqual(heldBy(tail), pushed.slice(pushed.length - heldBy(tail).length))
    }),
    { numRuns: 100 },
  )
})

test('small batches fill most of the budget', () => {
  const tail = new Tail(8_000_000)
  const shards = [tail.shard(), tail.shard()]
  for (let i = 0; i < 20_000; i++) shards[i % 2].push(batch(i, 1, 1100))
  const records = shards.flatMap(heldBy).reduce((sum, { records }) => sum + records.length, 0)
  assert.ok(records > 6_500_000, `${records} bytes of records`)
})

test('what a reader was given stays as it is, whatever the tail takes in afterwards', () => {
  const shard = new Tail(1_000_000).shard()
  const pushed = Array.from({ length: 500 }, (_, i) => ({ ...batch(i, 1, 1000), records: Buffer.alloc(1000, i) }))
  for (const batch of pushed) shard.push(batch)
  const read = heldBy(shard)
  for (let i = 0; i < 5000; i++) shard.push(batch(500 + i, 1))
  assert.ok(read.length === 500, `${read.length} batches`)
  assert.deepEqual(read, pushed)
})

function heldBy(tail: ShardTail): LogBatch[] {
  return [...(tail.batchesFrom(tail.firstOffset ?? 0) ?? [])]
}
