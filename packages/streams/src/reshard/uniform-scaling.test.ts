import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { evenHashRanges } from '../hash-key/hash-range.js'
import { type LineageShard, openShards } from './lineage.js'
import { createdSecond, newShards, reshard, scale } from './reshard.fixture.js'
import { planUniformScaling } from './scaling-plan.js'
import { uniformScalingRound } from './uniform-scaling.js'

const nowMs = (createdSecond + 60) * 1000
const last = <T>(rounds: readonly T[]): T => rounds[rounds.length - 1]

/** How far the boundary that is farthest off lies from where even ranges have it. */
function offEven(open: readonly LineageShard[]): bigint {
  const distances = evenHashRanges(open.length).map(({ start }, i) => BigInt(open[i].startingHashKey) - start)
  return distances.reduce((most, each) => (each > most ? each : -each > most ? -each : most), 0n)
}

test('there are as many shards afterwards, open and closed, as were recorded on AWS', () => {
  for (const [from, to, inAll] of [
    [2, 4, 6],
    [4, 5, 15],
    [10, 13, 37],
    [4, 2, 6],
    [5, 3, 7],
    [4, 3, 11],
  ]) {
    const after = last(scale(newShards(from), to, nowMs))
    assert.deepEqual([after.length, openShards(after).length], [inAll, to], `${from} to ${to}`)
  }
})

test('from 10 to 5 and on to 3 there are 17, as on AWS', () => {
  const half = last(scale(newShards(10), 5, nowMs))
  assert.equal(last(scale(half, 3, nowMs)).length, 17)
})

test('twice as many are one round of splits, half as many one of merges, and all are even', () => {
  for (const count of [1, 2, 3, 7, 100, 5_000]) {
    const doubled = scale(newShards(count), 2 * count, nowMs)
    assert.deepEqual([doubled.length, last(doubled).length], [1, 3 * count])
    const halved = scale(newShards(2 * count), count, nowMs)
    assert.deepEqual([halved.length, last(halved).length], [1, 3 * count])
  }
})

test('where one split and one merge of each shard are enough, ranges are even', () => {
  for (const [from, to] of [
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
    [99, 100],
    [4, 3],
    [3, 2],
    [6, 8],
  ]) {
    const after = openShards(last(scale(newShards(from), to, nowMs)))
    assert.ok(offEven(after) <= BigInt(from + to), `${from} to ${to}`)
  }
})

test('every shard is split once at most and then merged once at most', () => {
  for (let from = 1; from <= 25; from++) {
    for (let to = Math.ceil(from / 2); to <= 2 * from; to++) {
      const rounds = scale(newShards(from), to, nowMs)
      assert.ok(rounds.length <= 2, `${from} to ${to}`)
      if (to > from)
        assert.equal(last(rounds).length, from + 2 * from + (2 * from - to), `${from} to ${to}: all split, then merged`)
    }
  }
})

test('rounding of even ranges makes no slivers', () => {
  const widthMin = (1n << 128n) / 1_000n
  for (let from = 1; from <= 25; from++) {
    for (let to = Math.ceil(from / 2); to <= 2 * from; to++) {
      for (const shard of scale(newShards(from), to, nowMs).flat()) {
        assert.ok(BigInt(shard.endingHashKey) - BigInt(shard.startingHashKey) > widthMin, `${from} to ${to}: ${shard.index}`)
      }
    }
  }
})

test('the largest stream would be scaled in two rounds if these had no end', () => {
  for (const to of [10_000, 9_999, 7_777, 5_001, 5_000]) {
    const rounds = scale(newShards(10_000), to, nowMs)
    assert.ok(rounds.length <= 2, `${to}: ${rounds.length}`)
    if (rounds.length > 0) assert.equal(openShards(last(rounds)).length, to)
  }
})

test('rounds that are cut to some steps end in the same open shards, and in as many in all', () => {
  const ranges = (shards: readonly LineageShard[]) => openShards(shards).map(({ startingHashKey }) => startingHashKey)
  for (const [from, to] of [
    [10, 13],
    [9, 16],
    [20, 11],
    [7, 7],
  ]) {
    const whole = last([newShards(from), ...scale(newShards(from), to, nowMs)])
    for (const max of [1, 2, 5]) {
      const cut = last([newShards(from), ...scale(newShards(from), to, nowMs, max)])
      assert.deepEqual([cut.length, ranges(cut)], [whole.length, ranges(whole)], `${from} to ${to} by ${max}`)
    }
  }
})

test('no round has more than five hundred steps', () => {
  const shards = newShards(2_500)
  assert.equal(uniformScalingRound(shards, planUniformScaling(shards, 5_000)).length, 500)
})

test('a number comes later than every lower number', () => {
  const seconds = last(scale(newShards(10), 13, nowMs)).map(({ creationSecond }) => creationSecond)
  assert.deepEqual(
    seconds,
    seconds.toSorted((a, b) => a - b),
  )
})

test('the number of shards that is there evens out a stream that was split by hand', () => {
  const uneven = reshard(newShards(2), [{ kind: 'split', shard: 0, newStartingHashKey: '1000' }], nowMs)
  assert.equal(offEven(openShards(last(scale(uneven, 3, nowMs)))), 0n)
  assert.deepEqual(scale(newShards(3), 3, nowMs), [])
})

test('from any ranges to any number, each boundary ends less than half a shard from where even ranges have it', () => {
  const keys = fc.uniqueArray(fc.bigInt({ min: 2n, max: (1n << 128n) - 3n }), { maxLength: 40 })
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 60 }), (cuts, to) => {
      const before = cuts.reduce((shards, cut) => splitAt(shards, cut), newShards(1))
      const after = openShards(last([before, ...scale(before, to, nowMs)]))
      assert.equal(after.length, to)
      assert.ok(2n * offEven(after) < (1n << 128n) / BigInt(to))
    }),
    { numRuns: 200 },
  )
})

function splitAt(shards: LineageShard[], cut: bigint): LineageShard[] {
  const shard = openShards(shards).findLast(({ startingHashKey }) => BigInt(startingHashKey) < cut)
  if (!shard || BigInt(shard.endingHashKey) < cut) return shards
  return reshard(shards, [{ kind: 'split', shard: shard.index, newStartingHashKey: String(cut) }], nowMs)
}
