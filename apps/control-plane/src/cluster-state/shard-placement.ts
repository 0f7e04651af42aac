import type { ShardIndex, StreamId } from '@millrace/model'
import type { LaneAddress } from '@millrace/streams'

/** Says which lane owns a shard. */
export type ShardPlacement = (streamId: StreamId, shard: ShardIndex) => LaneAddress

/**
 * Over the lanes of one node, without a table: consecutive shards of a stream fall on different lanes, and single-shard streams
 * spread by their ids. Another number of lanes moves shards, which is no loss: the log belongs to no lane.
 */
export function spreadOverLanes(lanes: number): ShardPlacement {
  return (streamId, shard) => ({ node: 0, lane: (Number.parseInt(streamId.slice(0, 8), 16) + shard) % lanes })
}
