import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from './control-plane.fixture.js'

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

test('states that had begun before a stop end after the next start', async () => {
  const before = await TestControlPlane.start(postgres)
  await before.createActive({ StreamName: 'old', ShardCount: 1 })
  await before.output('DeleteStream', { StreamName: 'old' })
  await before.output('CreateStream', { StreamName: 'new', ShardCount: 1 })
  await before.service.stop()

  const { databaseUrl, clock } = before
  const early = await TestControlPlane.start(postgres, { databaseUrl, clock })
  assert.deepEqual(early.updates[0].streams.map((entry) => entry.status).sort(), ['CREATING', 'DELETING'])
  await early.service.stop()

  clock.advance(200)
  const late = await TestControlPlane.start(postgres, { databaseUrl, clock })
  assert.deepEqual(
    late.updates[0].streams.map((entry) => [entry.name, entry.status]),
    [['new', 'ACTIVE']],
  )
  await late.service.stop()
})

test('identity, credentials and keys are made once', async () => {
  const first = await TestControlPlane.start(postgres)
  const second = await TestControlPlane.start(postgres, { databaseUrl: first.databaseUrl })
  assert.match(first.service.rootCredentials.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.equal(first.service.rootCredentials.secretAccessKey.length, 40)
  assert.deepEqual(second.service.rootCredentials, first.service.rootCredentials)
  assert.equal(second.service.clusterId, first.service.clusterId)
  assert.deepEqual(second.updates[0].iteratorKey, first.updates[0].iteratorKey)
  const other = await TestControlPlane.start(postgres)
  assert.notEqual(other.service.clusterId, first.service.clusterId)
  for (const plane of [first, second, other]) await plane.service.stop()
})

test('root credentials that are given replace those that were made, and stay', async () => {
  const first = await TestControlPlane.start(postgres)
  await first.service.stop()
  const given = { rootAccessKeyId: 'GIVEN', rootSecretAccessKey: 'secret' }
  for (const config of [given, {}]) {
    const plane = await TestControlPlane.start(postgres, { databaseUrl: first.databaseUrl, config })
    assert.deepEqual(
      plane.updates[0].credentials?.map((entry) => [entry.accessKeyId, entry.principal.arn]),
      [['GIVEN', 'arn:aws:iam::000000000000:root']],
    )
    await plane.service.stop()
  }
})

test('a started control plane ends states by itself', async () => {
  const plane = await TestControlPlane.start(postgres, { config: { stateDelayMs: 0 } })
  plane.service.start()
  const active = new Promise<void>((resolve) => {
    plane.service.feed.watch((update) => {
      if (update.streams.some((entry) => entry.status === 'ACTIVE')) resolve()
    })
  })
  await plane.output('CreateStream', { StreamName: 'orders', ShardCount: 1 })
  await active
  await plane.service.stop()
})

test('a stream is not shown as ACTIVE before every node holds it', async () => {
  const plane = await TestControlPlane.start(postgres)
  const confirming: (() => void)[] = []
  plane.service.feed.watch((update) =>
    update.streams[0]?.status === 'ACTIVE' ? new Promise<void>((resolve) => confirming.push(resolve)) : undefined,
  )
  await plane.output('CreateStream', { StreamName: 'orders', ShardCount: 1 })
  const settled = plane.settle()
  while (confirming.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const status = async () => (await plane.output('DescribeStream', { StreamName: 'orders' })).StreamDescription.StreamStatus
  assert.equal(await status(), 'CREATING')
  for (const confirm of confirming) confirm()
  await settled
  assert.equal(await status(), 'ACTIVE')
  await plane.service.stop()
})

test('two control planes on one database do not lose each other’s changes', async () => {
  const one = await TestControlPlane.start(postgres)
  const two = await TestControlPlane.start(postgres, { databaseUrl: one.databaseUrl, clock: one.clock })
  await one.output('CreateStream', { StreamName: 'a', ShardCount: 1 })
  await two.output('CreateStream', { StreamName: 'b', ShardCount: 1 })
  assert.equal((await two.refusal('CreateStream', { StreamName: 'a', ShardCount: 1 })).kind, 'StreamAlreadyExists')
  await one.output('CreateStream', { StreamName: 'c', ShardCount: 1 })
  assert.deepEqual((await one.output('ListStreams', {})).StreamNames, ['a', 'b', 'c'])
  for (const plane of [one, two]) await plane.service.stop()
})

test('changes wait for a database that restarts; descriptions do not', async () => {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'orders', ShardCount: 1 })
  await postgres.stop('immediate')
  const created = plane.call('CreateStream', { StreamName: 'later', ShardCount: 1 })
  assert.equal((await plane.output('DescribeStream', { StreamName: 'orders' })).StreamDescription.StreamStatus, 'ACTIVE')
  await postgres.start()
  assert.deepEqual(await created, { ok: true, value: undefined })
  await plane.settle()
  assert.deepEqual((await plane.output('ListStreams', {})).StreamNames, ['later', 'orders'])
  await plane.service.stop()
})
