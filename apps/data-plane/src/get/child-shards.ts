import type { ChildShard } from '@millrace/aws-wire'
import { type ShardIndex, shardIdOf } from '@millrace/model'
import { parentsOf, type StreamView } from '@millrace/streams'

/** What a reader goes on with at the end of a closed shard. */
export function childShardsOf(stream: StreamView, parent: ShardIndex): ChildShard[] {
  return stream.childrenOf(parent).map((child) => ({
    ShardId: shardIdOf(child.index),
    ParentShards: parentsOf(child).map(shardIdOf),
    HashKeyRange: { StartingHashKey: child.startingHashKey, EndingHashKey: child.endingHashKey },
  }))
}
