import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { Database } from '../database/database.prisma.js'
import { migrate } from '../database/migrate.prisma.js'
import { DatabaseUnavailable } from '../database/transient-failure.js'
import { PrismaInstallationRepository } from './installation.prisma.js'
import type { ChannelMetadata, ConsumerMetadata, ShardMetadata, StreamMetadata } from './stream-metadata.js'
import type { StateChange } from './stream-repository.js'
import { PrismaStreamRepository } from './stream-repository.prisma.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

function shard(index: number): ShardMetadata {
  return {
    index,
    startingHashKey: '0',
    endingHashKey: '340282366920938463463374607431768211455',
    creationSecond: 16_025_174_999,
  }
}

function consumer(name: string): ConsumerMetadata {
  const tags = new Map([['__proto__', name]])
  return {
    name,
    createdMs: 1_893_456_000_001,
    status: 'CREATING',
    statusUntilMs: 1_893_456_000_201,
    resourcePolicy: undefined,
    tags,
  }
}

const dataKey = (id: number) => ({ id, wrapped: Uint8Array.of(id, 255, 0), createdMs: 1_893_456_000_000 + id })

const channel: ChannelMetadata = {
  id: 'c1',
  name: 'to-files',
  createdMs: 1_893_456_000_001,
  status: 'FAILED',
  statusReason: 'there is nowhere to deliver to',
  statusUntilMs: undefined,
  definition: { ServiceExecutionRoleARN: 'arn:aws:iam::000000000000:role/r', StreamConfigurationList: [{}] },
  tags: new Map([['a', '']]),
}

const orders: StreamMetadata = {
  account: '000000000000' as AccountId,
  region: 'us-east-1' as Region,
  id: '0123456789abcdef0123456789abcdef' as StreamId,
  name: 'orders' as StreamName,
  status: 'CREATING',
  statusUntilMs: 1_893_456_000_123,
  mode: 'ON_DEMAND',
  createdMs: 1_893_456_000_001,
  retentionHours: 48,
  maxRecordKib: 10_240,
  recordDistribution: 'AUTO',
  warmThroughputMibps: 0,
  encryptionKeyId: 'alias/aws/kinesis',
  dataKeys: [dataKey(1), dataKey(2)],
  nextShard: 2,
  shards: [shard(0), shard(1)],
  tags: new Map([
    ['__proto__', ''],
    ['ключ', 'a b'],
  ]),
  shardLevelMetrics: ['IncomingBytes', 'OutgoingRecords'],
  resourcePolicy: '{"Version":"2012-10-17"}',
  reshard: undefined,
  settingsBefore: undefined,
  scaledMs: [1_893_456_000_002],
  modeChangedMs: [1_893_456_000_003, 1_893_456_000_004],
  encryptedMs: [],
  encryptionStoppedMs: [],
  consumers: [consumer('a'), consumer('b')],
  channels: [channel],
}

/** Repositories on a new database; `commit` is as of what was loaded last. */
async function setUp(patienceMs?: number) {
  const url = await postgres.createDatabase()
  await migrate(url)
  const database = new Database(url, () => {}, patienceMs)
  await new PrismaInstallationRepository(database).clusterId()
  const repository = new PrismaStreamRepository(database)
  const commit = async (...changes: StateChange[]) =>
    repository.commit({ id: randomUUID(), revision: (await repository.load()).revision, changes })
  return { database, repository, commit }
}

test('what an account has set comes back as it was stored last, region by region', async () => {
  const { database, repository, commit } = await setUp()
  const { account, region } = orders
  const here = { account, region, committedMs: 1_893_456_000_001, commitmentEndMs: undefined }
  const there = { ...here, region: 'eu-west-1' as Region, commitmentEndMs: 1_893_542_400_001 }
  await commit({ kind: 'account', after: here }, { kind: 'account', after: there })
  assert.deepEqual(new Set((await repository.load()).accounts), new Set([here, there]))
  const ended = { ...here, commitmentEndMs: 1_893_456_000_002 }
  await commit({ kind: 'account', after: ended })
  assert.deepEqual(new Set((await repository.load()).accounts), new Set([ended, there]))
  await database.close()
})

test('a stream comes back as it was stored, and every change of it', async () => {
  const { database, repository, commit } = await setUp()
  const { revision } = await repository.load()
  await commit({ kind: 'created', after: orders })
  assert.deepEqual(await repository.load(), { revision: revision + 1, streams: [orders], accounts: [] })

  const closed = { ...shard(0), closedSecond: 16_025_175_000 }
  const child = { ...shard(2), parent: 0, adjacentParent: 1 }
  const changed: StreamMetadata = {
    ...orders,
    status: 'ACTIVE',
    statusUntilMs: undefined,
    warmThroughputMibps: undefined,
    encryptionKeyId: undefined,
    dataKeys: [dataKey(2), dataKey(3)],
    nextShard: 3,
    shards: [closed, shard(1), child],
    tags: new Map([['other', '1']]),
    shardLevelMetrics: [],
    resourcePolicy: undefined,
    scaledMs: [],
    consumers: [{ ...consumer('b'), status: 'ACTIVE', statusUntilMs: undefined, resourcePolicy: '{}' }],
    channels: [],
  }
  await commit({ kind: 'changed', before: orders, after: changed })
  assert.deepEqual(await repository.load(), { revision: revision + 2, streams: [changed], accounts: [] })

  const scaling = { startingHashKeys: ['0'] }
  const intent = {
    parents: [1],
    closedSecond: 16_025_175_000,
    children: [{ ...shard(3), creationSecond: 16_025_175_001, parent: 1 }],
  }
  const { mode, retentionHours, maxRecordKib } = changed
  const settingsBefore = { mode, retentionHours, maxRecordKib, encryptionKeyId: 'alias/aws/kinesis', shardLevelMetrics: [] }
  const resharding: StreamMetadata = { ...changed, status: 'UPDATING', settingsBefore, reshard: { intent, scaling } }
  await commit({ kind: 'changed', before: changed, after: resharding })
  assert.deepEqual((await repository.load()).streams, [resharding])

  const trimmed = { ...changed, shards: [child], tags: new Map<string, string>() }
  await commit({ kind: 'changed', before: resharding, after: trimmed })
  assert.deepEqual((await repository.load()).streams, [trimmed])

  await commit({ kind: 'removed', before: trimmed })
  assert.deepEqual((await repository.load()).streams, [])
  assert.equal(await database.client.shard.count(), 0)
  assert.equal(await database.client.consumer.count(), 0)
  await database.close()
})

test('a change is stored whole or not at all', async () => {
  const { database, repository, commit } = await setUp()
  const other = { ...orders, id: 'f'.repeat(32) as StreamId, name: 'other' as StreamName }
  const sameName = { ...orders, id: 'e'.repeat(32) as StreamId }
  await commit({ kind: 'created', after: orders })
  const before = await repository.load()
  await assert.rejects(commit({ kind: 'created', after: other }, { kind: 'created', after: sameName }))
  assert.deepEqual(await repository.load(), before)
  await database.close()
})

test('a change that is repeated is stored once; one that was decided on an older revision is superseded', async () => {
  const { database, repository } = await setUp()
  const { revision } = await repository.load()
  const change = { id: randomUUID(), revision, changes: [{ kind: 'created', after: orders }] } as const
  assert.equal(await repository.commit(change), 'committed')
  assert.equal(await repository.commit(change), 'committed')
  assert.equal((await repository.load()).revision, revision + 1)
  assert.equal(await repository.commit({ ...change, id: randomUUID() }), 'superseded')
  await database.close()
})

test('of several writers at once one wins', async () => {
  const { database, repository } = await setUp()
  const { revision } = await repository.load()
  const outcomes = await Promise.all(
    Array.from({ length: 4 }, () => repository.commit({ id: randomUUID(), revision, changes: [] })),
  )
  assert.deepEqual(outcomes.sort(), ['committed', 'superseded', 'superseded', 'superseded'])
  await database.close()
})

test('ten thousand shards are stored and read', async () => {
  const { database, repository, commit } = await setUp()
  const wide = { ...orders, nextShard: 10_000, shards: Array.from({ length: 10_000 }, (_, i) => shard(i)) }
  await commit({ kind: 'created', after: wide })
  assert.deepEqual((await repository.load()).streams, [wide])
  await database.close()
})

test('what meets a database that is killed waits until it is back, and is done once', async () => {
  const { database, repository } = await setUp()
  const { revision } = await repository.load()
  for (const how of ['fast', 'immediate'] as const) {
    await postgres.stop(how)
    const loaded = repository.load()
    await postgres.start()
    assert.equal((await loaded).revision, revision)
  }
  await postgres.stop('immediate')
  const committed = repository.commit({ id: randomUUID(), revision, changes: [{ kind: 'created', after: orders }] })
  await postgres.start()
  assert.equal(await committed, 'committed')
  assert.deepEqual(await repository.load(), { revision: revision + 1, streams: [orders], accounts: [] })
  await database.close()
})

test('what meets a database without room waits until there is room', async () => {
  const { database, repository } = await setUp()
  const { revision } = await repository.load()
  // What a sequence has given, a transaction that fails does not take back.
  await database.client.$executeRaw`CREATE SEQUENCE attempts`
  await database.client.$executeRaw`
    CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM nextval('attempts'); RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$`
  await database.client.$executeRaw`
    CREATE TRIGGER full_disk BEFORE INSERT ON streams FOR EACH ROW EXECUTE FUNCTION full_disk()`
  const committed = repository.commit({ id: randomUUID(), revision, changes: [{ kind: 'created', after: orders }] })
  const hasMetItTwice = async () => {
    const [attempts] = await database.client.$queryRaw<{ met: bigint }[]>`SELECT last_value AS met FROM attempts`
    return Number(attempts?.met) >= 2
  }
  while (!(await hasMetItTwice()));
  assert.equal((await repository.load()).revision, revision)
  await database.client.$executeRaw`DROP TRIGGER full_disk ON streams`
  assert.equal(await committed, 'committed')
  assert.deepEqual(await repository.load(), { revision: revision + 1, streams: [orders], accounts: [] })
  await database.close()
})

test('a database that stays away is reported as unavailable', async () => {
  const { database, repository } = await setUp(300)
  await postgres.stop('immediate')
  await assert.rejects(repository.load(), DatabaseUnavailable)
  await postgres.start()
  assert.equal((await repository.load()).streams.length, 0)
  await database.close()
})
