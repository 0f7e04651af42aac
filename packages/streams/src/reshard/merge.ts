import { err, ok, type Result, type ShardIndex, shardIdOf } from '@millrace/model'
import type { MergeStep } from './reshard-intent.js'
import {
  type InvalidArgument,
  type NotReshardable,
  openShard,
  type ReshardStream,
  reshardRefusal,
  type ShardNotFound,
} from './reshard-stream.js'

export interface MergeRequest {
  readonly shard: ShardIndex
  readonly adjacentShard: ShardIndex
}

export type MergeError = NotReshardable | ShardNotFound | InvalidArgument

/** What MergeShards does, or why not. The shard with the lower keys must be named first, as in AWS. */
export function planMerge(stream: ReshardStream, { shard, adjacentShard }: MergeRequest): Result<MergeStep, MergeError> {
  const refusal = reshardRefusal(stream)
  if (refusal) return err(refusal)
  const lower = openShard(stream, shard)
  if (!lower.ok) return lower
  const upper = openShard(stream, adjacentShard)
  if (!upper.ok) return upper
  if (BigInt(lower.value.endingHashKey) + 1n === BigInt(upper.value.startingHashKey)) {
    return ok({ kind: 'merge', shard, adjacentShard })
  }
  const message =
    `Shards ${shardIdOf(shard)} and ${shardIdOf(adjacentShard)} in stream ${stream.name} under account ${stream.account} are not ` +
    'an adjacent pair of shards eligible for merging'
  return err({ kind: 'InvalidArgument', message })
}
