import type { ConsumerMetadata, StreamMetadata } from '@millrace/metadata'
import type { ConsumerEntry, ShardEntry, StreamEntry } from '@millrace/streams'
import type { DataKeys } from '../stream-encryption/data-keys.js'
import type { ShardPlacement } from './shard-placement.js'

/** What a node needs of a stream. */
export function streamEntry(stream: StreamMetadata, placement: ShardPlacement, dataKeys: DataKeys): StreamEntry {
  const isServing = stream.status === 'ACTIVE' || stream.status === 'UPDATING'
  return {
    id: stream.id,
    account: stream.account,
    region: stream.region,
    name: stream.name,
    status: stream.status,
    mode: stream.mode,
    createdMs: stream.createdMs,
    retentionHours: stream.retentionHours,
    maxRecordBytes: stream.maxRecordKib * 1024,
    recordDistribution: stream.recordDistribution === 'AUTO' ? 'AUTO' : 'PARTITION_KEY',
    ...encryptionOf(stream),
    dataKeys: dataKeys.unwrapped(stream),
    shardLevelMetrics: stream.shardLevelMetrics,
    consumers: stream.consumers.map(consumerEntry),
    shards: isServing ? shardEntries(stream, placement) : [],
  }
}

function encryptionOf({ encryptionKeyId: keyId, dataKeys }: StreamMetadata): Pick<StreamEntry, 'encryption'> {
  if (keyId === undefined) return {}
  const dataKeyId = dataKeys.at(-1)?.id
  if (dataKeyId === undefined) throw new Error('a stream is to be encrypted, and has no data key')
  return { encryption: { keyId, dataKeyId } }
}

function shardEntries({ id, shards, reshard }: StreamMetadata, placement: ShardPlacement): ShardEntry[] {
  const closing = new Set(reshard?.intent.parents)
  const closesSecond = reshard?.intent.closedSecond
  return shards.map((shard) => ({
    ...shard,
    owner: placement(id, shard.index),
    ...(closing.has(shard.index) ? { closesSecond } : {}),
  }))
}

function consumerEntry({ name, createdMs, status }: ConsumerMetadata): ConsumerEntry {
  return { name, createdSecond: Math.floor(createdMs / 1000), status }
}
