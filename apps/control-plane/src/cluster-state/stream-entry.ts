import type { ConsumerMetadata, StreamMetadata } from '@millrace/metadata'
import type { ConsumerEntry, StreamEntry } from '@millrace/streams'

/** What a node needs of a stream, besides its shards and its data keys. */
export function streamEntry(stream: StreamMetadata): StreamEntry {
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
    shardLevelMetrics: stream.shardLevelMetrics,
    consumers: stream.consumers.map(consumerEntry),
  }
}

function encryptionOf({ encryptionKeyId: keyId, dataKeys }: StreamMetadata): Pick<StreamEntry, 'encryption'> {
  if (keyId === undefined) return {}
  const dataKeyId = dataKeys.at(-1)?.id
  if (dataKeyId === undefined) throw new Error('a stream is to be encrypted, and has no data key')
  return { encryption: { keyId, dataKeyId } }
}

function consumerEntry({ name, createdMs, status }: ConsumerMetadata): ConsumerEntry {
  return { name, createdSecond: Math.floor(createdMs / 1000), status }
}
