import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import type { ReshardIntent, UniformScaling } from '@millrace/streams'
import { Prisma, type Stream } from '../generated/client.js'
import type { ReshardProgress, ShardLevelMetric, ShardMetadata, StreamMetadata, StreamSettings } from './stream-metadata.js'

/** Rows of `shards` as the snapshot reads them: in raw SQL, because a Decimal object per hash key is what thousands of shards cannot afford. */
export interface ShardRow {
  readonly streamId: string
  readonly index: number
  readonly startingHashKey: string
  readonly endingHashKey: string
  readonly creationSecond: bigint
  readonly parent: number | null
  readonly adjacentParent: number | null
  readonly closedSecond: bigint | null
}

/** What is stored of a stream in tables of its own. */
type StreamParts = Pick<StreamMetadata, 'shards' | 'tags' | 'consumers' | 'channels' | 'dataKeys'>

export function streamFromRow(row: Stream, parts: StreamParts): StreamMetadata {
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
    settingsBefore: (row.settingsBefore as StreamSettings | null) ?? undefined,
    recordDistribution: row.recordDistribution,
    warmThroughputMibps: row.warmThroughputMibps ?? undefined,
    encryptionKeyId: row.encryptionKeyId ?? undefined,
    nextShard: row.nextShard,
    shardLevelMetrics: row.shardLevelMetrics as ShardLevelMetric[],
    resourcePolicy: row.resourcePolicy ?? undefined,
    reshard: reshardOf(row),
    scaledMs: row.scaledAt.map((at) => at.getTime()),
    modeChangedMs: row.modeChangedAt.map((at) => at.getTime()),
    encryptedMs: row.encryptedAt.map((at) => at.getTime()),
    encryptionStoppedMs: row.encryptionStoppedAt.map((at) => at.getTime()),
    ...parts,
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
    settingsBefore: (stream.settingsBefore as Prisma.InputJsonObject | undefined) ?? Prisma.DbNull,
    recordDistribution: stream.recordDistribution,
    warmThroughputMibps: stream.warmThroughputMibps ?? null,
    encryptionKeyId: stream.encryptionKeyId ?? null,
    nextShard: stream.nextShard,
    shardLevelMetrics: [...stream.shardLevelMetrics],
    resourcePolicy: stream.resourcePolicy ?? null,
    reshard: json(stream.reshard?.intent),
    scaling: json(stream.reshard?.scaling),
    scaledAt: stream.scaledMs.map((ms) => new Date(ms)),
    modeChangedAt: stream.modeChangedMs.map((ms) => new Date(ms)),
    encryptedAt: stream.encryptedMs.map((ms) => new Date(ms)),
    encryptionStoppedAt: stream.encryptionStoppedMs.map((ms) => new Date(ms)),
  }
}

/** What is to be written of a stream. What thousands of shards make large is written where it is another object than before. */
export function changedRow(before: StreamMetadata, after: StreamMetadata): Prisma.StreamUncheckedUpdateInput {
  const { reshard, scaling, ...row } = streamToRow(after)
  return {
    ...row,
    ...(before.reshard?.intent === after.reshard?.intent ? {} : { reshard }),
    ...(before.reshard?.scaling === after.reshard?.scaling ? {} : { scaling }),
  }
}

function reshardOf({ reshard, scaling }: Stream): ReshardProgress | undefined {
  if (reshard === null) return undefined
  return { intent: reshard as unknown as ReshardIntent, scaling: (scaling as UniformScaling | null) ?? undefined }
}

function json(value: object | undefined) {
  return (value as Prisma.InputJsonObject | undefined) ?? Prisma.DbNull
}

export function shardFromRow(row: ShardRow): ShardMetadata {
  return {
    index: row.index,
    startingHashKey: row.startingHashKey,
    endingHashKey: row.endingHashKey,
    creationSecond: Number(row.creationSecond),
    ...(row.parent === null ? {} : { parent: row.parent }),
    ...(row.adjacentParent === null ? {} : { adjacentParent: row.adjacentParent }),
    ...(row.closedSecond === null ? {} : { closedSecond: Number(row.closedSecond) }),
  }
}
