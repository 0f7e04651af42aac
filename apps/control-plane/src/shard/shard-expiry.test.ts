import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { DataPlane } from '@millrace/streams'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

/** Shards are sealed at once, and never had a record. */
const dataPlane: DataPlane = {
  seal: async (_, shards) => shards.map(() => ({ kind: 'sealed', lastArrivalMs: 0 })),
}
const hourMs = 3_600_000

async function shardsOf(plane: TestControlPlane, name: string): Promise<string[]> {
  const { Shards } = await plane.output('ListShards', { StreamName: name, ShardFilter: { Type: 'FROM_TRIM_HORIZON' } })
  return (Shards ?? []).map((shard) => shard.ShardId.slice(-2))
}

function mapped(plane: TestControlPlane): number[] {
  const [stream] = [...plane.map.streams()]
  return [...stream.shardIndexes()]
}

test('a closed shard is hidden when its retention ends, then removed, also from the database, and its number is not given again', async () => {
  const plane = await TestControlPlane.start(postgres)
  plane.service.bindDataPlane(dataPlane)
  await plane.createActive({ StreamName: 'orders', ShardCount: 2 })
  const split = { StreamName: 'orders', ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '10' }
  await plane.output('SplitShard', split)
  for (let i = 0; i < 3; i++) await plane.pass(1000)
  assert.deepEqual(await shardsOf(plane, 'orders'), ['00', '01', '02', '03'])

  await plane.pass(23 * hourMs)
  assert.deepEqual(await shardsOf(plane, 'orders'), ['00', '01', '02', '03'])
  plane.clock.advance(hourMs)
  assert.deepEqual(await shardsOf(plane, 'orders'), ['01', '02', '03'])
  assert.equal(mapped(plane).length, 4)
  await plane.pass(0)
  assert.deepEqual(mapped(plane), [1, 2, 3])
  assert.deepEqual(await shardsOf(plane, 'orders'), ['01', '02', '03'])

  const merge = { ShardToMerge: 'shardId-000000000002', AdjacentShardToMerge: 'shardId-000000000003' }
  await plane.output('MergeShards', { StreamName: 'orders', ...merge })
  for (let i = 0; i < 3; i++) await plane.pass(1000)
  assert.deepEqual(await shardsOf(plane, 'orders'), ['01', '02', '03', '04'])
  await plane.service.stop()

  const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
  assert.deepEqual(mapped(again), [1, 2, 3, 4])
  await again.service.stop()
})
