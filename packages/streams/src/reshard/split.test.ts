import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashKeyMax } from '../hash-key/hash-key.js'
import { openShards } from './lineage.js'
import { createdSecond, newShards, quota, reshard, streamOf } from './reshard.fixture.js'
import { reshardIntent } from './reshard-intent.js'
import { namedShard } from './reshard-stream.js'
import { planSplit } from './split.js'

const shards = newShards(3)
const stream = streamOf(shards)
const nowMs = (createdSecond + 60) * 1000 + 999

function refusal(shard: number, newStartingHashKey: string, inStream = stream, withQuota = quota): unknown {
  const planned = planSplit(inStream, { shard, newStartingHashKey }, withQuota)
  assert.ok(!planned.ok)
  return planned.error
}

const outside = (key: string, shard: number) => ({
  kind: 'InvalidArgument',
  message:
    `NewStartingHashKey ${key} used in SplitShard() on shard shardId-00000000000${shard} in stream orders under account ` +
    `000000000000 is not both greater than one plus the shard's StartingHashKey ${shards[shard].startingHashKey} and less than the ` +
    `shard's EndingHashKey ${shards[shard].endingHashKey}.`,
})

test('a shard is split from its start + 2 to its end − 1, and nowhere else', () => {
  const end = BigInt(shards[0].endingHashKey)
  for (const key of [2n, 3n, end - 1n]) {
    assert.deepEqual(planSplit(stream, { shard: 0, newStartingHashKey: String(key) }, quota), {
      ok: true,
      value: { kind: 'split', shard: 0, newStartingHashKey: String(key) },
    })
  }
  for (const key of [0n, 1n, end, end + 1n]) assert.deepEqual(refusal(0, String(key)), outside(String(key), 0))
})

test('a key beyond the last one is refused as one outside of the shard', () => {
  const key = '9'.repeat(39)
  assert.deepEqual(refusal(2, key), outside(key, 2))
  assert.deepEqual(refusal(2, String(hashKeyMax)), outside(String(hashKeyMax), 2))
})

test('a shard that is not there is named in full', () => {
  const shardId = 'shardId-000000000005'
  assert.deepEqual(refusal(5, '0'), { kind: 'ShardNotFound', shardId, stream: 'orders', account: '000000000000' })
})

test('a name that can be no shard is found out without the stream', () => {
  for (const shardId of ['2147483648', 'shardId-002147483648', 'ABKLFD8', '2.14E4']) {
    const error = { kind: 'ShardNotFound', shardId, stream: 'orders', account: '000000000000' }
    assert.deepEqual(namedShard(shardId, stream), { ok: false, error })
  }
  assert.deepEqual(namedShard('anything-00002147483647', stream), { ok: true, value: 2_147_483_647 })
})

test('a shard that was split before is refused', () => {
  const after = reshard(shards, [{ kind: 'split', shard: 1, newStartingHashKey: shards[1].endingHashKey }], nowMs)
  assert.deepEqual(refusal(1, '0', streamOf(after)), {
    kind: 'InvalidArgument',
    message:
      'Shard shardId-000000000001 in stream orders under account 000000000000 has already been merged or split, and thus is not ' +
      'eligible for merging or splitting.',
  })
})

test('a stream that is not ACTIVE, or on-demand, is refused', () => {
  assert.deepEqual(refusal(0, '2', streamOf(shards, { status: 'UPDATING' })), {
    kind: 'StreamNotActive',
    stream: 'orders',
    account: '000000000000',
    state: 'UPDATING',
  })
  assert.deepEqual(refusal(0, '2', streamOf(shards, { mode: 'ON_DEMAND' })), {
    kind: 'ValidationFailed',
    message: 'Request is invalid. Stream orders under account 000000000000 is in On-Demand mode.',
  })
})

test('a split needs room for one shard more in the account', () => {
  assert.ok(planSplit(stream, { shard: 0, newStartingHashKey: '2' }, { ...quota, current: 9, limit: 10 }).ok)
  assert.deepEqual(refusal(0, '2', stream, { ...quota, current: 10, limit: 10 }), {
    kind: 'LimitExceeded',
    message:
      'This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard count for the account: ' +
      '10. Limit: 10. Number of additional shards that would have resulted from this request: 1. Refer to the AWS Service Limits ' +
      'page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher ' +
      'limits.',
  })
})

test('the children of a split have the next numbers, share the range at the key, and begin the second after the parent ends', () => {
  const step = { kind: 'split', shard: 0, newStartingHashKey: '2' } as const
  const intent = reshardIntent([step], shards, { nowMs, nextShard: 7 })
  const creationSecond = createdSecond + 61
  assert.deepEqual(intent, {
    parents: [0],
    closedSecond: createdSecond + 60,
    children: [
      { index: 7, startingHashKey: '0', endingHashKey: '1', parent: 0, creationSecond },
      { index: 8, startingHashKey: '2', endingHashKey: shards[0].endingHashKey, parent: 0, creationSecond },
    ],
  })
  assert.deepEqual(JSON.parse(JSON.stringify(intent)), intent)
})

test('children begin after a parent that begins in the future, as after a clock that was set back', () => {
  const step = { kind: 'split', shard: 0, newStartingHashKey: '2' } as const
  const intent = reshardIntent([step], shards, { nowMs: (createdSecond - 3_600) * 1000, nextShard: 3 })
  assert.deepEqual([intent.closedSecond, intent.children[0].creationSecond], [createdSecond, createdSecond + 1])
})

test('an intent that does not fit the shards any more is a broken invariant', () => {
  const step = { kind: 'split', shard: 0, newStartingHashKey: '2' } as const
  const after = reshard(shards, [step], nowMs)
  assert.throws(() => reshard(after, [step], nowMs))
  assert.throws(() => reshardIntent([step, step], shards, { nowMs, nextShard: 3 }))
  assert.deepEqual(
    openShards(after).map(({ index }) => index),
    [3, 4, 1, 2],
  )
})
