import type { AccountId, Principal, Region, ShardIndex, StreamId, StreamName } from '@millrace/model'

/**
 * What a node needs to serve requests without asking anyone, watched from the control plane and held locally. A plain value:
 * it crosses a `MessagePort` or gRPC as it is. It tells what differs from what was told before, and a large update comes in parts, so
 * that neither making nor taking one holds a loop for long.
 */
export interface ClusterStateUpdate {
  /** Rises by one with every update; its parts have the same. */
  readonly revision: number
  /** Other parts follow. All are in force together, with the last one. */
  readonly more?: true
  /** The first update of a watch has everything; what is not in it does not exist. */
  readonly complete: boolean
  /** New or changed. One with many shards may stand in several parts. */
  readonly streams: readonly StreamUpdate[]
  readonly removedStreams: readonly StreamId[]
  /** Absent: unchanged. */
  readonly credentials?: readonly CredentialEntry[]
  /** 32 bytes; made at first start, kept in Postgres. Absent: unchanged. */
  readonly iteratorKey?: Uint8Array
}

export interface CredentialEntry {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly principal: Principal
}

export type StreamStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING'
export type ConsumerStatus = 'CREATING' | 'ACTIVE' | 'DELETING'
export type StreamMode = 'PROVISIONED' | 'ON_DEMAND'

export interface StreamEntry {
  readonly id: StreamId
  readonly account: AccountId
  readonly region: Region
  readonly name: StreamName
  readonly status: StreamStatus
  readonly mode: StreamMode
  readonly createdMs: number
  readonly retentionHours: number
  readonly maxRecordBytes: number
  /** AUTO: the partition key is optional and the explicit hash key is ignored. */
  readonly recordDistribution: 'PARTITION_KEY' | 'AUTO'
  /** Set while records are encrypted: by which key, as it was named, and by which of the stream's data keys. */
  readonly encryption?: { readonly keyId: string; readonly dataKeyId: number }
  /** Metrics that are kept of each shard. */
  readonly shardLevelMetrics: readonly string[]
  readonly consumers: readonly ConsumerEntry[]
}

/** A stream as it is now, and what of its parts is not as it was told before; of a stream that was not told before: all of them. */
export interface StreamUpdate extends StreamEntry {
  /** Of those that can still be read; while CREATING or DELETING there are none. */
  readonly shards: readonly ShardEntry[]
  readonly goneShards?: readonly ShardIndex[]
  /** Of those that records of the stream may be encrypted with. */
  readonly dataKeys: readonly DataKeyEntry[]
  /** By id. */
  readonly goneDataKeys?: readonly number[]
}

export interface DataKeyEntry {
  /** Of the stream; never renumbered, as it stands with every batch. */
  readonly id: number
  /** 32 bytes. */
  readonly key: Uint8Array
}

export interface ShardEntry {
  readonly index: ShardIndex
  /** Inclusive, decimal, 0 to 2^128 − 1. */
  readonly startingHashKey: string
  readonly endingHashKey: string
  /** Goes into every sequence number of the shard. */
  readonly creationSecond: number
  readonly parent?: ShardIndex
  readonly adjacentParent?: ShardIndex
  /** Set when the shard is closed: the second before its children's creation second. */
  readonly closedSecond?: number
  /** Set while a reshard is under way that closes the shard, which takes records until then: the last second of their arrival. */
  readonly closesSecond?: number
  readonly owner: LaneAddress
}

export interface ConsumerEntry {
  readonly name: string
  /** The last part of its ARN. */
  readonly createdSecond: number
  readonly status: ConsumerStatus
}

export interface LaneAddress {
  /** 0 in standalone. */
  readonly node: number
  readonly lane: number
}

/**
 * A watch on the cluster's state: `onUpdate` gets a complete update first, then every change. What it returns resolves when the
 * update is in force; the control plane shows no state to a client before, so that a stream that is described as ACTIVE takes puts on
 * every lane, and one that is described as encrypted is stored so by every one. Who watches no more is not waited for.
 */
export interface ClusterStateFeed {
  watch(onUpdate: (update: ClusterStateUpdate) => void | Promise<void>): () => void
}
