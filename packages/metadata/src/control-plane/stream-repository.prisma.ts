import type { ShardIndex } from '@millrace/model'
import type { Database } from '../database/database.prisma.js'
import { Prisma } from '../generated/client.js'
import { readAccounts, storeAccount } from './account-settings.prisma.js'
import { dataKeyFromRow, storeDataKeys } from './data-keys.prisma.js'
import { channelFromRow, channelToRow, consumerFromRow, consumerToRow } from './reader-rows.prisma.js'
import type { ShardMetadata, StreamMetadata } from './stream-metadata.js'
import type { StateChange, StreamRepository, StreamSnapshot, StreamsChange } from './stream-repository.js'
import { changedRow, type ShardRow, shardFromRow, streamFromRow, streamToRow } from './stream-rows.prisma.js'

type Transaction = Prisma.TransactionClient

export class PrismaStreamRepository implements StreamRepository {
  constructor(private readonly database: Database) {}

  load(): Promise<StreamSnapshot> {
    return this.database.run((client) =>
      client.$transaction(readSnapshot, { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead, timeout: 30_000 }),
    )
  }

  async revision(): Promise<number> {
    const { revision } = await this.database.run((client) => client.cluster.findFirstOrThrow())
    return Number(revision)
  }

  commit(change: StreamsChange): Promise<'committed' | 'superseded'> {
    return this.database.run((client) => client.$transaction((transaction) => commitIn(transaction, change), { timeout: 30_000 }))
  }
}

async function readSnapshot(transaction: Transaction): Promise<StreamSnapshot> {
  const { revision } = await transaction.cluster.findFirstOrThrow()
  const streams = await transaction.stream.findMany()
  const shards = await transaction.$queryRaw<ShardRow[]>`
    SELECT stream_id AS "streamId", shard AS "index", starting_hash_key::text AS "startingHashKey", ending_hash_key::text AS "endingHashKey",
      creation_second AS "creationSecond", parent, adjacent_parent AS "adjacentParent", closed_second AS "closedSecond"
    FROM shards ORDER BY shard`
  const tags = await transaction.streamTag.findMany()
  const consumers = await transaction.consumer.findMany({ orderBy: { name: 'asc' } })
  const channels = await transaction.channel.findMany({ orderBy: [{ createdAt: 'asc' }, { name: 'asc' }] })
  const dataKeys = await transaction.dataKey.findMany({ orderBy: { id: 'asc' } })
  const shardsOf = Map.groupBy(shards, (row) => row.streamId)
  const tagsOf = Map.groupBy(tags, (row) => row.streamId)
  const consumersOf = Map.groupBy(consumers, (row) => row.streamId)
  const channelsOf = Map.groupBy(channels, (row) => row.streamId)
  const dataKeysOf = Map.groupBy(dataKeys, (row) => row.streamId)
  return {
    revision: Number(revision),
    accounts: await readAccounts(transaction),
    streams: streams.map((row) =>
      streamFromRow(row, {
        shards: (shardsOf.get(row.id) ?? []).map(shardFromRow),
        tags: new Map((tagsOf.get(row.id) ?? []).map(({ key, value }) => [key, value])),
        consumers: (consumersOf.get(row.id) ?? []).map(consumerFromRow),
        channels: (channelsOf.get(row.id) ?? []).map(channelFromRow),
        dataKeys: (dataKeysOf.get(row.id) ?? []).map(dataKeyFromRow),
      }),
    ),
  }
}

/** The row of the cluster is locked first, so changes of several writers follow each other. */
async function commitIn(transaction: Transaction, change: StreamsChange): Promise<'committed' | 'superseded'> {
  const data = { revision: { increment: 1 }, lastChange: change.id }
  const raised = await transaction.cluster.updateMany({ where: { revision: change.revision }, data })
  if (raised.count === 0) {
    const { lastChange } = await transaction.cluster.findFirstOrThrow()
    return lastChange === change.id ? 'committed' : 'superseded'
  }
  for (const one of change.changes) await storeChange(transaction, one)
  return 'committed'
}

async function storeChange(transaction: Transaction, change: StateChange): Promise<void> {
  if (change.kind === 'account') {
    await storeAccount(transaction, change.after)
    return
  }
  if (change.kind === 'removed') {
    await transaction.stream.delete({ where: keyOf(change.before) })
    return
  }
  const { after } = change
  const before = change.kind === 'changed' ? change.before : undefined
  if (before) await transaction.stream.update({ where: keyOf(before), data: changedRow(before, after) })
  else await transaction.stream.create({ data: streamToRow(after) })
  if (before?.shards !== after.shards) await storeShards(transaction, after, before?.shards ?? [])
  if (before?.tags !== after.tags) await storeTags(transaction, after)
  if (before?.consumers !== after.consumers) await storeConsumers(transaction, after)
  if (before?.channels !== after.channels) await storeChannels(transaction, after)
  if (before?.dataKeys !== after.dataKeys) await storeDataKeys(transaction, after)
}

function keyOf({ account, region, id }: StreamMetadata): Prisma.StreamWhereUniqueInput {
  return { account_region_id: { account, region, id } }
}

/** What differs, in one statement each, however many shards: a stream may begin with ten thousand. A shard that is as it was is the same object. */
async function storeShards(transaction: Transaction, stream: StreamMetadata, before: readonly ShardMetadata[]): Promise<void> {
  const { account, region, id, shards } = stream
  const { written, gone } = differing(before, shards)
  if (gone.length > 0) {
    await transaction.$executeRaw`
      DELETE FROM shards WHERE account = ${account} AND region = ${region} AND stream_id = ${id} AND shard = ANY (${gone}::integer[])`
  }
  if (written.length === 0) return
  await transaction.$executeRaw`
    INSERT INTO shards (account, region, stream_id, shard, starting_hash_key, ending_hash_key, creation_second, parent,
      adjacent_parent, closed_second)
    SELECT ${account}, ${region}, ${id}, row."index", row."startingHashKey", row."endingHashKey", row."creationSecond", row.parent,
      row."adjacentParent", row."closedSecond"
    FROM jsonb_to_recordset(${JSON.stringify(written)}::jsonb) AS row ("index" integer, "startingHashKey" numeric,
      "endingHashKey" numeric, "creationSecond" bigint, parent integer, "adjacentParent" integer, "closedSecond" bigint)
    ON CONFLICT (account, region, stream_id, shard) DO UPDATE SET closed_second = EXCLUDED.closed_second`
}

/** Both are by index. */
function differing(before: readonly ShardMetadata[], after: readonly ShardMetadata[]) {
  const written: ShardMetadata[] = []
  const gone: ShardIndex[] = []
  let at = 0
  for (const shard of after) {
    while (at < before.length && before[at].index < shard.index) gone.push(before[at++].index)
    if (before[at] !== shard) written.push(shard)
    if (before[at]?.index === shard.index) at++
  }
  while (at < before.length) gone.push(before[at++].index)
  return { written, gone }
}

async function storeTags(transaction: Transaction, stream: StreamMetadata): Promise<void> {
  const { account, region, id: streamId, tags } = stream
  await transaction.streamTag.deleteMany({ where: { account, region, streamId } })
  await transaction.streamTag.createMany({ data: [...tags].map(([key, value]) => ({ account, region, streamId, key, value })) })
}

async function storeConsumers(transaction: Transaction, stream: StreamMetadata): Promise<void> {
  const { account, region, id: streamId, consumers } = stream
  await transaction.consumer.deleteMany({ where: { account, region, streamId } })
  await transaction.consumer.createMany({ data: consumers.map((consumer) => consumerToRow(stream, consumer)) })
}

async function storeChannels(transaction: Transaction, stream: StreamMetadata): Promise<void> {
  const { account, region, id: streamId, channels } = stream
  await transaction.channel.deleteMany({ where: { account, region, streamId } })
  await transaction.channel.createMany({ data: channels.map((channel) => channelToRow(stream, channel)) })
}
