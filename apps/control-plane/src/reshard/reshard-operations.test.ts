import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { DomainError } from '@millrace/model'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const account = '000000000000'
const middle = String(2n ** 127n)
const shardId = (index: number): string => `shardId-${String(index).padStart(12, '0')}`
const scaleTo = (StreamName: string, TargetShardCount: number) =>
  ({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }) as const

async function planeWith(shards: number, config: { shardQuota?: number; scalingsPerDayMax?: number } = {}) {
  const plane = await TestControlPlane.start(postgres, { config })
  await plane.createActive({ StreamName: 'orders', ShardCount: shards })
  return plane
}

async function describe(plane: TestControlPlane) {
  const { StreamDescription } = await plane.output('DescribeStream', { StreamName: 'orders' })
  return StreamDescription
}

/** How many seconds pass until the stream is ACTIVE. */
async function untilActive(plane: TestControlPlane): Promise<number> {
  for (let seconds = 0; seconds < 20; seconds++) {
    if ((await describe(plane)).StreamStatus === 'ACTIVE') return seconds
    plane.clock.advance(1_000)
    await plane.service.advance()
  }
  return assert.fail('the stream stays as it is')
}

suite('SplitShard and MergeShards', () => {
  test('answer nothing at once, leave the shards as they were while UPDATING, and end in the new ones', async () => {
    const plane = await planeWith(1)
    const split = { StreamName: 'orders', ShardToSplit: 'shardId-0', NewStartingHashKey: middle }
    assert.equal(await plane.output('SplitShard', split), undefined)
    const updating = await describe(plane)
    assert.deepEqual([updating.StreamStatus, updating.Shards.length], ['UPDATING', 1])
    assert.equal(updating.Shards[0].SequenceNumberRange.EndingSequenceNumber, undefined)
    await untilActive(plane)
    const merge = { StreamName: 'orders', ShardToMerge: shardId(1), AdjacentShardToMerge: shardId(2) }
    assert.equal(await plane.output('MergeShards', merge), undefined)
    await untilActive(plane)
    const { Shards } = await describe(plane)
    assert.deepEqual(
      Shards.map((shard) => [shard.ShardId, shard.ParentShardId, shard.AdjacentParentShardId]),
      [
        [shardId(0), undefined, undefined],
        [shardId(1), shardId(0), undefined],
        [shardId(2), shardId(0), undefined],
        [shardId(3), shardId(1), shardId(2)],
      ],
    )
    assert.equal(
      (await plane.output('DescribeStreamSummary', { StreamName: 'orders' })).StreamDescriptionSummary.OpenShardCount,
      1,
    )
  })

  test('name a shard that can be none before the stream, and the stream before its shards', async () => {
    const plane = await planeWith(1)
    const split = (StreamName: string, ShardToSplit: string) =>
      plane.refusal('SplitShard', { StreamName, ShardToSplit, NewStartingHashKey: middle })
    const merge = (StreamName: string, ShardToMerge: string, AdjacentShardToMerge: string) =>
      plane.refusal('MergeShards', { StreamName, ShardToMerge, AdjacentShardToMerge })
    const noShard = (stream: string, shardId: string): DomainError => ({ kind: 'ShardNotFound', shardId, stream, account })
    assert.deepEqual(await split('nobody', 'abc'), noShard('nobody', 'abc'))
    assert.deepEqual(await merge('nobody', '0', 'abc'), noShard('nobody', 'abc'))
    assert.deepEqual(await split('nobody', '0'), { kind: 'StreamNotFound', stream: 'nobody', account })
    assert.deepEqual(await merge('nobody', '0', '1'), { kind: 'StreamNotFound', stream: 'nobody', account })
    assert.deepEqual(await split('orders', '7'), noShard('orders', shardId(7)))
    assert.deepEqual(await merge('orders', '0', '7'), noShard('orders', shardId(7)))
  })

  test('take their stream by its ARN', async () => {
    const plane = await planeWith(1)
    const StreamARN = (await describe(plane)).StreamARN
    assert.ok((await plane.call('SplitShard', { StreamARN, ShardToSplit: '0', NewStartingHashKey: middle })).ok)
    assert.equal((await describe(plane)).StreamStatus, 'UPDATING')
  })

  test('are refused while the stream is UPDATING', async () => {
    const plane = await planeWith(2)
    const split = { StreamName: 'orders', ShardToSplit: '0', NewStartingHashKey: '1000' }
    await plane.output('SplitShard', split)
    const busy = { kind: 'StreamNotActive', stream: 'orders', account, state: 'UPDATING' }
    assert.deepEqual(await plane.refusal('SplitShard', { ...split, ShardToSplit: '1' }), busy)
    const merge = { StreamName: 'orders', ShardToMerge: '0', AdjacentShardToMerge: '1' }
    assert.deepEqual(await plane.refusal('MergeShards', merge), busy)
    assert.deepEqual(await plane.refusal('UpdateShardCount', scaleTo('orders', 2)), busy)
  })

  test('a split needs room in the quota, of which reshards that are under way have taken theirs', async () => {
    const plane = await planeWith(2, { shardQuota: 5 })
    await plane.createActive({ StreamName: 'other', ShardCount: 2 })
    const split = (StreamName: string) => ({ StreamName, ShardToSplit: '0', NewStartingHashKey: '1000' })
    await plane.output('SplitShard', split('other'))
    const refusal = await plane.refusal('SplitShard', split('orders'))
    assert.equal(refusal.kind, 'LimitExceeded')
    assert.match((refusal as { message: string }).message, /Current shard count for the account: 5. Limit: 5. .*request: 1\. /)
    assert.equal((await plane.refusal('CreateStream', { StreamName: 'third', ShardCount: 1 })).kind, 'LimitExceeded')
  })
})

suite('UpdateShardCount', () => {
  // AWS's numbers of shards, open and closed, after each.
  for (const [from, to, all] of [
    [2, 4, 6],
    [4, 5, 15],
    [10, 13, 37],
    [4, 2, 6],
    [5, 3, 7],
  ] as const) {
    test(`from ${from} to ${to} leaves ${all} shards in all`, async () => {
      const plane = await planeWith(from)
      const StreamARN = (await describe(plane)).StreamARN
      assert.deepEqual(await plane.output('UpdateShardCount', scaleTo('orders', to)), {
        StreamName: 'orders',
        CurrentShardCount: from,
        TargetShardCount: to,
        StreamARN,
      })
      await untilActive(plane)
      const { Shards } = await describe(plane)
      assert.equal(Shards.length, all)
      assert.equal(Shards.filter((shard) => shard.SequenceNumberRange.EndingSequenceNumber === undefined).length, to)
    })
  }

  test('to what is there changes nothing', async () => {
    const plane = await planeWith(3)
    await plane.output('UpdateShardCount', scaleTo('orders', 3))
    const { StreamStatus, Shards } = await describe(plane)
    assert.deepEqual([StreamStatus, Shards.length], ['ACTIVE', 3])
  })

  test('is counted over 24 hours, also by the next control plane', async () => {
    const plane = await planeWith(1, { scalingsPerDayMax: 2 })
    for (const count of [2, 1]) {
      await plane.output('UpdateShardCount', scaleTo('orders', count))
      await untilActive(plane)
    }
    const { databaseUrl, clock } = plane
    await plane.service.stop()
    const next = await TestControlPlane.start(postgres, { config: { scalingsPerDayMax: 2 }, databaseUrl, clock })
    assert.match(
      ((await next.refusal('UpdateShardCount', scaleTo('orders', 2))) as { message: string }).message,
      /cannot be scaled more than 2 times in a rolling 24-hour period/,
    )
    clock.advance(86_400_000)
    assert.ok((await next.call('UpdateShardCount', scaleTo('orders', 2))).ok)
  })
})

test('a reshard that the last control plane began is carried out by the next one', async () => {
  const plane = await planeWith(4)
  await plane.output('UpdateShardCount', scaleTo('orders', 5))
  plane.clock.advance(2_000)
  await plane.service.advance()
  assert.equal((await describe(plane)).StreamStatus, 'UPDATING')
  const { databaseUrl, clock } = plane
  await plane.service.stop()
  const next = await TestControlPlane.start(postgres, { databaseUrl, clock })
  await untilActive(next)
  assert.equal((await describe(next)).Shards.length, 15)
})
