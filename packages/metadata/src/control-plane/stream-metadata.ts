import type { AccountId, Region, ShardIndex, StreamId, StreamName } from '@millrace/model'
import type { StreamMode, StreamStatus } from '@millrace/streams'

/** All that is stored of a stream. */
export interface StreamMetadata {
  readonly account: AccountId
  readonly region: Region
  readonly id: StreamId
  readonly name: StreamName
  readonly status: StreamStatus
  /** When CREATING, UPDATING or DELETING ends; undefined while ACTIVE. */
  readonly statusUntilMs: number | undefined
  readonly mode: StreamMode
  readonly createdMs: number
  readonly retentionHours: number
  readonly maxRecordKib: number
  readonly recordDistribution: RecordDistribution
  readonly warmThroughputMibps: number | undefined
  readonly encryptionKeyId: string | undefined
  /** What the next shard is numbered. */
  readonly nextShard: ShardIndex
  /** By number. */
  readonly shards: readonly ShardMetadata[]
  readonly tags: ReadonlyMap<string, string>
}

export type RecordDistribution = 'USER_PARTITION_KEY' | 'AUTO'

export interface ShardMetadata {
  readonly shard: ShardIndex
  /** Inclusive, decimal. */
  readonly startingHashKey: string
  readonly endingHashKey: string
  readonly creationSecond: number
  readonly parent: ShardIndex | undefined
  readonly adjacentParent: ShardIndex | undefined
  /** Set when the shard is closed. */
  readonly closedSecond: number | undefined
}
