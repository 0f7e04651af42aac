import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '@millrace/model'
import { createdSecond, newShards, quota, reshard, streamOf } from './reshard.fixture.js'
import { scalingRefusal } from './scaling-limits.js'

const nowMs = (createdSecond + 100_000) * 1000
const hourMs = 3_600_000
const ask = (open: number, targetShardCount: number, scaledMs: readonly number[] = [], given = {}) =>
  scalingRefusal(streamOf(newShards(open), given), { targetShardCount, nowMs, scaledMs }, quota, limits)

const limitExceeded = (message: string) => ({ kind: 'LimitExceeded', message })

test('a stream is scaled to half as many shards at least, rounded down, and to twice as many at most', () => {
  for (const target of [2, 3, 4, 5, 10]) assert.equal(ask(5, target), undefined, String(target))
  assert.deepEqual(
    ask(2, 5),
    limitExceeded(
      'UpdateShardCount cannot scale up over double your current open shard count. Current open shard count: 2 Target shard count: 5',
    ),
  )
  assert.deepEqual(
    ask(6, 2),
    limitExceeded(
      'UpdateShardCount cannot scale down below half your current open shard count. Current open shard count: 6 Target shard count: 2',
    ),
  )
  assert.equal(ask(5, 1)?.kind, 'LimitExceeded')
})

test('closed shards do not count', () => {
  const shards = reshard(newShards(2), [{ kind: 'merge', shard: 0, adjacentShard: 1 }], nowMs)
  const request = { nowMs, scaledMs: [] }
  assert.equal(scalingRefusal(streamOf(shards), { ...request, targetShardCount: 2 }, quota, limits), undefined)
  assert.equal(scalingRefusal(streamOf(shards), { ...request, targetShardCount: 3 }, quota, limits)?.kind, 'LimitExceeded')
})

test('a stream has 10,000 shards at most, and one that has more may come down to it', () => {
  assert.equal(ask(6_000, 10_000), undefined)
  assert.equal(ask(12_000, 10_000), undefined)
  const message =
    'Target shard count or number of open shards cannot be greater than 10000. Current open shard count: 6000 Target shard count: 10001'
  assert.deepEqual(ask(6_000, 10_001), limitExceeded(message))
  const raised = { shardsPerStreamMax: 20_000, scalingsPerDayMax: 10 }
  const request = { targetShardCount: 10_001, nowMs, scaledMs: [] }
  assert.equal(scalingRefusal(streamOf(newShards(6_000)), request, quota, raised), undefined)
})

test('a scaling needs room in the account for the shards that it adds', () => {
  const stream = streamOf(newShards(4))
  const withLimit = (targetShardCount: number) =>
    scalingRefusal(stream, { targetShardCount, nowMs, scaledMs: [] }, { ...quota, current: 8, limit: 10 }, limits)
  assert.equal(withLimit(6), undefined)
  assert.match((withLimit(7) as { message: string }).message, /Current shard count for the account: 8. Limit: 10. .*: 3. Refer/)
  const over = { ...quota, current: 12, limit: 10 }
  assert.equal(scalingRefusal(stream, { targetShardCount: 2, nowMs, scaledMs: [] }, over, limits), undefined)
})

test('a stream is scaled ten times in 24 hours, rolling', () => {
  const times = Array.from({ length: 10 }, (_, i) => nowMs - (24 - i) * hourMs)
  assert.equal(ask(4, 5, times), undefined, 'the first is a day old')
  assert.equal(ask(4, 5, [...times.slice(1), nowMs])?.kind, 'LimitExceeded')
})

test('a stream that is not ACTIVE, or on-demand, is refused first', () => {
  assert.equal(ask(4, 40, [], { status: 'UPDATING' })?.kind, 'StreamNotActive')
  assert.deepEqual(ask(4, 40, [], { mode: 'ON_DEMAND' }), {
    kind: 'ValidationFailed',
    message: 'Request is invalid. Stream orders under account 000000000000 is in On-Demand mode.',
  })
})
