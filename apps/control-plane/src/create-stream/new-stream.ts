import { randomUUID } from 'node:crypto'
import type { CreateStreamInput } from '@millrace/aws-models'
import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import { type AccountId, limits, type Region, type StreamId, type StreamName } from '@millrace/model'
import { evenHashRanges } from '@millrace/streams'
import { storedWarmth } from '../stream-mode/warm-throughput.js'
import type { StreamShape } from './stream-shape.js'

/** The time in the first sequence numbers lies this long before the stream's creation; on AWS it is 2 to 7 s. */
const shardsOlderThanStreamSeconds = 4

/** When a stream begins and for how long it is CREATING. */
export interface Creation {
  readonly account: AccountId
  readonly region: Region
  readonly nowMs: number
  readonly stateDelayMs: number
}

export function newStream(input: CreateStreamInput, shape: StreamShape, creation: Creation): StreamMetadata {
  const { account, region, nowMs, stateDelayMs } = creation
  return {
    account,
    region,
    id: randomUUID().replaceAll('-', '') as StreamId,
    name: input.StreamName as StreamName,
    status: 'CREATING',
    statusUntilMs: nowMs + stateDelayMs,
    mode: shape.mode,
    createdMs: nowMs,
    retentionHours: limits.retentionHoursDefault,
    maxRecordKib: input.MaxRecordSizeInKiB ?? limits.recordBytesDefault / 1024,
    recordDistribution: input.RecordDistributionStrategy ?? 'USER_PARTITION_KEY',
    warmThroughputMibps: storedWarmth(input.WarmThroughputMiBps),
    encryptionKeyId: undefined,
    dataKeys: [],
    nextShard: shape.shardCount,
    shards: firstShards(shape.shardCount, Math.floor(nowMs / 1000) - shardsOlderThanStreamSeconds),
    tags: new Map(Object.entries(input.Tags ?? {})),
    shardLevelMetrics: [],
    resourcePolicy: undefined,
    reshard: undefined,
    settingsBefore: undefined,
    scaledMs: [],
    modeChangedMs: [],
    encryptedMs: [],
    encryptionStoppedMs: [],
    consumers: [],
    channels: [],
  }
}

function firstShards(count: number, creationSecond: number): ShardMetadata[] {
  return evenHashRanges(count).map(({ start, end }, index) => ({
    index,
    startingHashKey: String(start),
    endingHashKey: String(end),
    creationSecond,
  }))
}
