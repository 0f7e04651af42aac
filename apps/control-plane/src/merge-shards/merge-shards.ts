import { ok } from '@millrace/model'
import { namedShard, planMerge, resolveStreamAddress } from '@millrace/streams'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { Resharding } from '../reshard/resharding.js'

export class MergeShards implements LifecycleOperation<'MergeShards'> {
  constructor(private readonly resharding: Resharding) {}

  async handle(call: Call<'MergeShards'>): Promise<Answer<'MergeShards'>> {
    const { ShardToMerge, AdjacentShardToMerge } = call.input
    const address = resolveStreamAddress(call, call.input)
    if (!address.ok) return address
    const shard = namedShard(ShardToMerge, address.value)
    if (!shard.ok) return shard
    const adjacentShard = namedShard(AdjacentShardToMerge, address.value)
    if (!adjacentShard.ok) return adjacentShard
    const done = await this.resharding.begin(call, ({ stream }) => {
      const step = planMerge(stream, { shard: shard.value, adjacentShard: adjacentShard.value })
      return step.ok ? ok({ steps: [step.value], scaling: undefined }) : step
    })
    return done.ok ? ok(undefined) : done
  }
}
