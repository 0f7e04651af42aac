import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import type { Prisma, Stream, StreamTag } from '../generated/client.js'
import type { ShardMetadata, StreamMetadata } from './stream-metadata.js'

/** Rows of `shards` as the snapshot reads them: in raw SQL, because a Decimal object per hash key is what thousands of shards cannot afford. */
export interface ShardRow {
  readonly streamId: string
  readonly shard: number
  readonly startingHashKey: string
  readonly endingHashKey: string
  readonly creationSecond: bigint
  readonly parent: number | null
  readonly adjacentParent: number | null
  readonly closedSecond: bigint | null
}

export function streamFromRow(row: Stream, shards: readonly ShardMetadata[], tags: readonly StreamTag[]): StreamMetadata {
  return {
    account: row.account as AccountId,
    region: row.region as Region,
    id: row.id as StreamId,
    name: row.name as StreamName,
    status: row.status,
    statusUntilMs: row.statusUntil?.getTime(),
    mode: row.mode,
    createdMs: row.createdAt.getTime(),
    retentionHours: row.retentionHours,
    maxRecordKib: row.maxRecordKib,
    recordDistribution: row.recordDistribution,
    warmThroughputMibps: row.warmThroughputMibps ?? undefined,
    encryptionKeyId: row.encryptionKeyId ?? undefined,
    nextShard: row.nextShard,
    shards,
    tags: new Map(tags.map((tag) => [tag.key, tag.value])),
  }
}

export function streamToRow(stream: StreamMetadata): Prisma.StreamCreateManyInput {
  return {
    account: stream.account,
    region: stream.region,
    id: stream.id,
    name: stream.name,
    status: stream.status,
    statusUntil: stream.statusUntilMs === undefined ? null : new Date(stream.statusUntilMs),
    mode: stream.mode,
    createdAt: new Date(stream.createdMs),
    retentionHours: stream.retentionHours,
    maxRecordKib: stream.maxRecordKib,
    recordDistribution: stream.recordDistribution,
    warmThroughputMibps: stream.warmThroughputMibps ?? null,
    encryptionKeyId: stream.encryptionKeyId ?? null,
    nextShard: stream.nextShard,
  }
}

export function shardFromRow(row: ShardRow): ShardMetadata {
  return {
    shard: row.shard,
    startingHashKey: row.startingHashKey,
    endingHashKey: row.endingHashKey,
    creationSecond: Number(row.creationSecond),
    parent: row.parent ?? undefined,
    adjacentParent: row.adjacentParent ?? undefined,
    closedSecond: row.closedSecond === null ? undefined : Number(row.closedSecond),
  }
}
