import type { Json, Kinesis } from './kinesis.js'

export const hashKeyEnd = 2n ** 128n
export const middle = String(hashKeyEnd / 2n)
export const shardId = (index: number): string => `shardId-${String(index).padStart(12, '0')}`
export const idsOf = (shards: readonly Json[]): string[] => shards.map((shard) => shard.ShardId)
export const isOpen = (shard: Json): boolean => shard.SequenceNumberRange.EndingSequenceNumber === undefined

export async function listShards(kinesis: Kinesis, stream: string, input: Record<string, unknown> = {}): Promise<Json[]> {
  return (await kinesis.ok('ListShards', { StreamName: stream, ...input })).Shards
}

/** By splits and merges, one after the other: what each makes of the open shards. */
export const split = (stream: string, index: number, key: bigint | string) => ({
  StreamName: stream,
  ShardToSplit: shardId(index),
  NewStartingHashKey: String(key),
})

export const merge = (stream: string, index: number, adjacent: number) => ({
  StreamName: stream,
  ShardToMerge: shardId(index),
  AdjacentShardToMerge: shardId(adjacent),
})

export const scale = (stream: string, TargetShardCount: number) => ({
  StreamName: stream,
  TargetShardCount,
  ScalingType: 'UNIFORM_SCALING',
})
