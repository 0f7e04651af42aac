import assert from 'node:assert/strict'
import { test } from 'node:test'
import { childShards, parentsOf } from './lineage.js'
import { planMerge } from './merge.js'
import { createdSecond, newShards, reshard, streamOf } from './reshard.fixture.js'

const shards = newShards(3)
const nowMs = (createdSecond + 60) * 1000
const after = reshard(shards, [{ kind: 'merge', shard: 0, adjacentShard: 1 }], nowMs)

function refusal(shard: number, adjacentShard: number, stream = streamOf(shards)): unknown {
  const planned = planMerge(stream, { shard, adjacentShard })
  assert.ok(!planned.ok)
  return planned.error
}

test('neighbours are merged with the lower keys first', () => {
  const step = { kind: 'merge', shard: 1, adjacentShard: 2 }
  assert.deepEqual(planMerge(streamOf(shards), { shard: 1, adjacentShard: 2 }), { ok: true, value: step })
})

test('neighbours are told by their keys, not by their numbers', () => {
  assert.ok(planMerge(streamOf(after), { shard: 3, adjacentShard: 2 }).ok)
})

test('shards that are no neighbours, the other way round, or one and the same, are refused', () => {
  for (const [a, b] of [
    [0, 2],
    [1, 0],
    [1, 1],
  ]) {
    assert.deepEqual(refusal(a, b), {
      kind: 'InvalidArgument',
      message:
        `Shards shardId-00000000000${a} and shardId-00000000000${b} in stream orders under account 000000000000 are not an adjacent ` +
        'pair of shards eligible for merging',
    })
  }
})

test('a shard that is not there is named, the first of two', () => {
  const notFound = (shardId: string) => ({ kind: 'ShardNotFound', shardId, stream: 'orders', account: '000000000000' })
  assert.deepEqual(refusal(0, 5), notFound('shardId-000000000005'))
  assert.deepEqual(refusal(6, 5), notFound('shardId-000000000006'))
})

test('a shard that was merged before is refused on either side', () => {
  const message =
    'Shard shardId-000000000001 in stream orders under account 000000000000 has already been merged or split, and thus is not ' +
    'eligible for merging or splitting.'
  assert.deepEqual(refusal(1, 2, streamOf(after)), { kind: 'InvalidArgument', message })
  assert.deepEqual(refusal(3, 1, streamOf(after)), { kind: 'InvalidArgument', message })
})

test('a stream that is not ACTIVE, or on-demand, is refused', () => {
  const kind = (given: object) => (refusal(0, 1, streamOf(shards, given)) as { kind: string }).kind
  assert.equal(kind({ status: 'CREATING' }), 'StreamNotActive')
  assert.equal(kind({ mode: 'ON_DEMAND' }), 'ValidationFailed')
})

test('the child of a merge has both parents and both ranges, and is the child of both', () => {
  const child = {
    index: 3,
    startingHashKey: '0',
    endingHashKey: shards[1].endingHashKey,
    parent: 0,
    adjacentParent: 1,
    creationSecond: createdSecond + 61,
  }
  assert.deepEqual(after[3], child)
  assert.deepEqual(parentsOf(after[3]), [0, 1])
  assert.deepEqual([childShards(after, 0), childShards(after, 1), childShards(after, 2)], [[child], [child], []])
  assert.deepEqual(
    after.map(({ closedSecond }) => closedSecond),
    [createdSecond + 60, createdSecond + 60, undefined, undefined],
  )
})
