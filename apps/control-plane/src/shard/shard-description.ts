import type { Shard } from '@millrace/aws-models'
import type { ShardMetadata } from '@millrace/metadata'
import { shardIdOf } from '@millrace/model'
import { endingSequenceNumber, startingSequenceNumber } from '@millrace/streams'

export function describeShard(shard: ShardMetadata): Shard {
  const { parent, adjacentParent, closedSecond, creationSecond } = shard
  return {
    ShardId: shardIdOf(shard.index),
    ...(parent === undefined ? {} : { ParentShardId: shardIdOf(parent) }),
    ...(adjacentParent === undefined ? {} : { AdjacentParentShardId: shardIdOf(adjacentParent) }),
    HashKeyRange: { StartingHashKey: shard.startingHashKey, EndingHashKey: shard.endingHashKey },
    SequenceNumberRange: {
      StartingSequenceNumber: startingSequenceNumber(creationSecond, shard.index),
      ...(closedSecond === undefined
        ? {}
        : { EndingSequenceNumber: endingSequenceNumber(creationSecond, shard.index, closedSecond) }),
    },
  }
}
