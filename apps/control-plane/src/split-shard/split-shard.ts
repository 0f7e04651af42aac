import { ok } from '@millrace/model'
import { namedShard, planSplit, resolveStreamAddress } from '@millrace/streams'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { Resharding } from '../reshard/resharding.js'

export class SplitShard implements LifecycleOperation<'SplitShard'> {
  constructor(private readonly resharding: Resharding) {}

  async handle(call: Call<'SplitShard'>): Promise<Answer<'SplitShard'>> {
    const { ShardToSplit, NewStartingHashKey } = call.input
    const address = resolveStreamAddress(call, call.input)
    if (!address.ok) return address
    const shard = namedShard(ShardToSplit, address.value)
    if (!shard.ok) return shard
    const done = await this.resharding.begin(call, ({ stream, quota }) => {
      const step = planSplit(stream, { shard: shard.value, newStartingHashKey: NewStartingHashKey }, quota)
      return step.ok ? ok({ steps: [step.value], scaling: undefined }) : step
    })
    return done.ok ? ok(undefined) : done
  }
}
