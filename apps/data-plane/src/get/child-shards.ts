import type { ChildShard } from '@millrace/aws-wire'
import { type ShardIndex, shardIdOf } from '@millrace/model'
import type { StreamEntry } from '@millrace/streams'

/** What a reader goes on with at the end of a closed shard. */
export function childShardsOf(stream: StreamEntry, parent: ShardIndex): ChildShard[] {
  const children = stream.shards.filter((shard) => shard.parent === parent || shard.adjacentParent === parent)
  return children.map((child) => ({
    ShardId: shardIdOf(child.index),
    ParentShards: [child.parent, child.adjacentParent].filter((index) => index !== undefined).map(shardIdOf),
    HashKeyRange: { StartingHashKey: child.startingHashKey, EndingHashKey: child.endingHashKey },
  }))
}
