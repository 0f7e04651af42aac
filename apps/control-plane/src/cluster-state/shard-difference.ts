import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import type { ShardIndex } from '@millrace/model'
import type { ShardEntry } from '@millrace/streams'
import { hasShards } from '../shard/shard-life.js'
import type { ShardPlacement } from './shard-placement.js'

/** What nodes are told of a stream's shards is not what they were told before. */
export interface ShardDifference {
  readonly changed: readonly ShardMetadata[]
  readonly gone: readonly ShardIndex[]
}

/** Both are by index, and a shard that is as it was is the same object; nodes are told besides which ones a reshard closes, and when. */
export function shardDifference(before: StreamMetadata | undefined, after: StreamMetadata): ShardDifference {
  const old = before && hasShards(before.status) ? before.shards : []
  const shards = hasShards(after.status) ? after.shards : []
  const closing = closingDifference(before, after)
  const changed: ShardMetadata[] = []
  const gone: ShardIndex[] = []
  let at = 0
  for (const shard of shards) {
    while (at < old.length && old[at].index < shard.index) gone.push(old[at++].index)
    if (old[at]?.index !== shard.index || old[at] !== shard || closing.has(shard.index)) changed.push(shard)
    if (old[at]?.index === shard.index) at++
  }
  while (at < old.length) gone.push(old[at++].index)
  return { changed, gone }
}

function closingDifference(before: StreamMetadata | undefined, after: StreamMetadata): ReadonlySet<ShardIndex> {
  const [old, now] = [before?.reshard?.intent, after.reshard?.intent]
  return old === now ? new Set() : new Set([...(old?.parents ?? []), ...(now?.parents ?? [])])
}

/** How nodes are told of shards of a stream. */
export function shardEntriesOf({ id, reshard }: StreamMetadata, placement: ShardPlacement): (shard: ShardMetadata) => ShardEntry {
  const closing = new Set(reshard?.intent.parents)
  const closesSecond = reshard?.intent.closedSecond
  return (shard) => ({
    ...shard,
    owner: placement(id, shard.index),
    ...(closing.has(shard.index) ? { closesSecond } : {}),
  })
}
