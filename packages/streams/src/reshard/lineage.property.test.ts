import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashKeyMax } from '../hash-key/hash-key.js'
import { endingSequenceNumber, sequenceNumberOf, startingSequenceNumber } from '../sequence/sequence-number.js'
import { childShards, type LineageShard, openShards, parentsOf } from './lineage.js'
import { planMerge } from './merge.js'
import { createdSecond, newShards, quota, reshard, scale, streamOf } from './reshard.fixture.js'
import { planSplit } from './split.js'

/**
 * `at`: where in the list of open shards, or in the range of keys, as a share of a million. `lateMs`: how long after now the parents had
 * their last record.
 */
type Change =
  | { readonly kind: 'split'; readonly at: number; readonly key: number; readonly lateMs: number }
  | { readonly kind: 'merge'; readonly at: number; readonly lateMs: number }
  | { readonly kind: 'scale'; readonly at: number }
  | { readonly kind: 'wait'; readonly ms: number }

const share = fc.nat({ max: 999_999 })
const lateMs = fc.integer({ min: -1_000, max: 4_000 })
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant('split' as const), at: share, key: share, lateMs }),
  fc.record({ kind: fc.constant('merge' as const), at: share, lateMs }),
  fc.record({ kind: fc.constant('scale' as const), at: share }),
  // Back too: clocks are set.
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: -2_000, max: 5_000 }) }),
)

/** The shards after every transaction. */
function history(count: number, changes: readonly Change[]): LineageShard[][] {
  const states = [newShards(count)]
  let nowMs = createdSecond * 1000
  for (const each of changes) {
    if (each.kind === 'wait') nowMs += each.ms
    else states.push(...after(states[states.length - 1], each, nowMs))
  }
  return states
}

function after(shards: LineageShard[], each: Exclude<Change, { kind: 'wait' }>, nowMs: number): LineageShard[][] {
  const open = openShards(shards)
  const pick = (among: number) => Math.floor((each.at * among) / 1_000_000)
  if (each.kind === 'scale') return scale(shards, Math.max(1, Math.ceil(open.length / 2) + pick(2 * open.length)), nowMs)
  const shard = open[pick(open.length)]
  if (each.kind === 'split') {
    const from = BigInt(shard.startingHashKey)
    const key = from + ((BigInt(shard.endingHashKey) - from) * BigInt(each.key)) / 1_000_000n
    const planned = planSplit(streamOf(shards), { shard: shard.index, newStartingHashKey: String(key) }, quota)
    return planned.ok ? [reshard(shards, [planned.value], nowMs, nowMs + each.lateMs)] : []
  }
  const neighbour = open[open.indexOf(shard) + 1]
  if (!neighbour) return []
  const planned = planMerge(streamOf(shards), { shard: shard.index, adjacentShard: neighbour.index })
  assert.ok(planned.ok)
  return [reshard(shards, [planned.value], nowMs, nowMs + each.lateMs)]
}

/** Checks every state of many histories. */
function always(check: (shards: readonly LineageShard[], before: readonly LineageShard[]) => void): void {
  const changes = fc.array(change, { maxLength: 20 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), changes, (count, made) => {
      const states = history(count, made)
      states.forEach((shards, i) => check(shards, states[Math.max(0, i - 1)]))
    }),
    { numRuns: 100 },
  )
}

function assertCoverAllKeys(shards: readonly LineageShard[]): void {
  const ranges = shards.map(({ startingHashKey, endingHashKey }) => [BigInt(startingHashKey), BigInt(endingHashKey)])
  ranges.sort(([a], [b]) => (a < b ? -1 : 1))
  let next = 0n
  for (const [start, end] of ranges) {
    assert.equal(start, next)
    assert.ok(end >= start)
    next = end + 1n
  }
  assert.equal(next, hashKeyMax + 1n)
}

test('open shards cover all keys once', () => {
  always((shards) => assertCoverAllKeys(openShards(shards)))
})

test('at every second since the stream began the shards that took records then cover all keys once', () => {
  always((shards) => {
    const seconds = new Set(
      shards.flatMap(({ creationSecond, closedSecond }) => [creationSecond, closedSecond ?? creationSecond]),
    )
    for (const second of seconds) {
      assertCoverAllKeys(
        shards.filter(({ creationSecond, closedSecond = Infinity }) => creationSecond <= second && second <= closedSecond),
      )
    }
  })
})

test('every closed shard has children that cover its range, every open one has none', () => {
  always((shards) => {
    for (const shard of shards) {
      const children = childShards(shards, shard.index)
      assert.equal(children.length > 0, shard.closedSecond !== undefined)
      const [start, end] = [BigInt(shard.startingHashKey), BigInt(shard.endingHashKey)]
      const width = children.reduce((sum, child) => {
        const childStart = BigInt(child.startingHashKey)
        const childEnd = BigInt(child.endingHashKey)
        return sum + ((childEnd < end ? childEnd : end) - (childStart > start ? childStart : start) + 1n)
      }, 0n)
      if (children.length > 0) assert.equal(width, end - start + 1n)
    }
  })
})

test('parents have lower numbers than their children, are closed, and end the second before them', () => {
  always((shards) => {
    for (const child of shards) {
      for (const parent of parentsOf(child)) {
        assert.ok(parent < child.index)
        assert.equal(shards[parent].closedSecond, child.creationSecond - 1)
        assert.ok(shards[parent].creationSecond < child.creationSecond)
      }
    }
  })
})

test('no number is given twice, and what has happened to a shard stays', () => {
  always((shards, before) => {
    shards.forEach((shard, i) => assert.equal(shard.index, i))
    for (const earlier of before) {
      const { closedSecond, ...now } = shards[earlier.index]
      assert.deepEqual({ ...now, closedSecond: undefined }, { ...earlier, closedSecond: undefined })
      if (earlier.closedSecond !== undefined) assert.equal(closedSecond, earlier.closedSecond)
    }
  })
})

test('all sequence numbers of a child lie after all of its parents', () => {
  always((shards) => {
    for (const child of shards) {
      const first = BigInt(startingSequenceNumber(child.creationSecond, child.index))
      for (const index of parentsOf(child)) {
        const { creationSecond, closedSecond = 0 } = shards[index]
        const end = BigInt(endingSequenceNumber(creationSecond, index, closedSecond))
        assert.ok(end < first)
        assert.ok(BigInt(sequenceNumberOf(creationSecond, index, 2 ** 50, (closedSecond + 9) * 1000)) < end)
      }
    }
  })
})
