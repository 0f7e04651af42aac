import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TestPostgres } from '@millrace/testkit'
import { startTestPostgres, TestControlPlane } from './control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

test('a stream is described without shards while CREATING and with them when it is ACTIVE', async () => {
  const plane = await TestControlPlane.start(postgres)
  assert.equal(await plane.output('CreateStream', { StreamName: 'orders', ShardCount: 3 }), undefined)
  const { StreamDescription: creating } = await plane.output('DescribeStream', { StreamName: 'orders' })
  assert.equal(creating.StreamStatus, 'CREATING')
  assert.deepEqual(creating.Shards, [])
  await plane.settle()
  const { StreamDescription: active } = await plane.output('DescribeStream', { StreamName: 'orders' })
  assert.equal(active.StreamStatus, 'ACTIVE')
  assert.deepEqual(
    active.Shards.map((shard) => [shard.ShardId, shard.HashKeyRange.StartingHashKey, shard.HashKeyRange.EndingHashKey]),
    [
      ['shardId-000000000000', '0', '113427455640312821154458202477256070484'],
      ['shardId-000000000001', '113427455640312821154458202477256070485', '226854911280625642308916404954512140969'],
      ['shardId-000000000002', '226854911280625642308916404954512140970', '340282366920938463463374607431768211455'],
    ],
  )
  await plane.service.stop()
})

test('the feed gives everything first and then every change, with revisions that rise by one', async () => {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'orders', ShardCount: 4 })
  const [first, created, active] = plane.updates
  assert.equal(first.complete, true)
  assert.equal(first.credentials?.[0].accessKeyId, plane.service.rootCredentials.accessKeyId)
  assert.equal(first.iteratorKey?.length, 32)
  assert.deepEqual([created.complete, created.revision, created.streams[0].status], [false, first.revision + 1, 'CREATING'])
  assert.deepEqual([active.revision, active.streams[0].status], [first.revision + 2, 'ACTIVE'])
  const lanes = active.streams[0].shards.map((shard) => shard.owner.lane)
  assert.deepEqual(new Set(lanes.slice(0, 3)), new Set([0, 1, 2]))
  await plane.service.stop()
})
