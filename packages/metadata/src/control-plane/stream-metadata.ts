import type { AccountId, Region, ShardIndex, StreamId, StreamName } from '@millrace/model'
import type { ConsumerStatus, LineageShard, ReshardIntent, StreamMode, StreamStatus, UniformScaling } from '@millrace/streams'

/** What takes a while to change, as descriptions show it. */
export interface StreamSettings {
  readonly mode: StreamMode
  readonly retentionHours: number
  readonly maxRecordKib: number
  /** Set while records are encrypted, with the newest of the data keys. */
  readonly encryptionKeyId?: string | undefined
  /** Without ALL, which stands for every one of them. */
  readonly shardLevelMetrics: readonly ShardLevelMetric[]
}

/** All that is stored of a stream. */
export interface StreamMetadata extends StreamSettings {
  readonly account: AccountId
  readonly region: Region
  readonly id: StreamId
  readonly name: StreamName
  readonly status: StreamStatus
  /** When CREATING, UPDATING or DELETING ends; undefined while ACTIVE, and while a reshard says when. */
  readonly statusUntilMs: number | undefined
  readonly createdMs: number
  /** Those that a change under way began with: descriptions show them until it is over. */
  readonly settingsBefore: StreamSettings | undefined
  readonly recordDistribution: RecordDistribution
  readonly warmThroughputMibps: number | undefined
  /** By id. Older ones are for records that were encrypted before. */
  readonly dataKeys: readonly DataKeyMetadata[]
  /** What the next shard is numbered. */
  readonly nextShard: ShardIndex
  /** By number. */
  readonly shards: readonly ShardMetadata[]
  readonly tags: ReadonlyMap<string, string>
  /** A policy document as it was put. */
  readonly resourcePolicy: string | undefined
  readonly reshard: ReshardProgress | undefined
  /** Of the last 24 hours: UpdateShardCount, UpdateStreamMode, StartStreamEncryption, StopStreamEncryption. */
  readonly scaledMs: readonly number[]
  readonly modeChangedMs: readonly number[]
  readonly encryptedMs: readonly number[]
  readonly encryptionStoppedMs: readonly number[]
  /** By name. */
  readonly consumers: readonly ConsumerMetadata[]
  readonly channels: readonly ChannelMetadata[]
}

export type RecordDistribution = 'USER_PARTITION_KEY' | 'AUTO'

export type ShardLevelMetric =
  | 'IncomingBytes'
  | 'IncomingRecords'
  | 'OutgoingBytes'
  | 'OutgoingRecords'
  | 'WriteProvisionedThroughputExceeded'
  | 'ReadProvisionedThroughputExceeded'
  | 'IteratorAgeMilliseconds'

export type ShardMetadata = LineageShard

/** Made each time that encryption is started. */
export interface DataKeyMetadata {
  /** Of the stream, from 1 on; never given twice. */
  readonly id: number
  /** The key, encrypted. */
  readonly wrapped: Uint8Array
  readonly createdMs: number
}

/** What is being done to a stream's shards while it is UPDATING. */
export interface ReshardProgress {
  readonly intent: ReshardIntent
  /** Where UpdateShardCount is going, of which the intent is one round. */
  readonly scaling: UniformScaling | undefined
}

/** A registered consumer. A name is free again when its consumer is gone. */
export interface ConsumerMetadata {
  readonly name: string
  readonly createdMs: number
  readonly status: ConsumerStatus
  /** When CREATING or DELETING ends; undefined while ACTIVE. */
  readonly statusUntilMs: number | undefined
  readonly resourcePolicy: string | undefined
  readonly tags: ReadonlyMap<string, string>
}

/** Delivery from a stream into tables or files. */
export interface ChannelMetadata {
  /** Unique in an account and region, never used again. */
  readonly id: string
  readonly name: string
  readonly createdMs: number
  readonly status: ChannelStatus
  readonly statusReason: string | undefined
  /** When CREATING, UPDATING or DELETING ends; undefined while ACTIVE or FAILED. */
  readonly statusUntilMs: number | undefined
  /** Source, destination, encryption and logging, as the API describes them: a JSON value. */
  readonly definition: Readonly<Record<string, unknown>>
  readonly tags: ReadonlyMap<string, string>
}

export type ChannelStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'FAILED'
