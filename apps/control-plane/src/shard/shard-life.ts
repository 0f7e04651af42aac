import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import type { StreamStatus } from '@millrace/streams'

const hourMs = 3_600_000

/** Shards are shown and read while ACTIVE and while UPDATING. */
export function hasShards(status: StreamStatus): boolean {
  return status === 'ACTIVE' || status === 'UPDATING'
}

/** Whether the shard took records at the time. Its children begin with the second after its last, so that at any time shards cover all keys once. */
export function isOpenAt(shard: ShardMetadata, ms: number): boolean {
  const second = Math.floor(ms / 1000)
  return shard.creationSecond <= second && isOpenAfter(shard, ms)
}

/** Whether the shard took records at the time or will have later. */
export function isOpenAfter(shard: ShardMetadata, ms: number): boolean {
  return shard.closedSecond === undefined || shard.closedSecond >= Math.floor(ms / 1000)
}

/** The time before which nothing of the stream is kept: retention, or the beginning of its first shards. */
export function trimHorizonMs(stream: StreamMetadata, nowMs: number): number {
  const first = stream.shards.reduce((second, { creationSecond }) => Math.min(second, creationSecond), Infinity)
  return Math.max(nowMs - stream.retentionHours * hourMs, first * 1000)
}

/** Shards of which something may still be read; a closed shard goes when its retention ends. */
export function keptShards(stream: StreamMetadata, nowMs: number): readonly ShardMetadata[] {
  const horizon = trimHorizonMs(stream, nowMs)
  return stream.shards.filter((shard) => isOpenAfter(shard, horizon))
}

export function openShardCount(stream: StreamMetadata): number {
  return stream.shards.filter((shard) => shard.closedSecond === undefined).length
}
