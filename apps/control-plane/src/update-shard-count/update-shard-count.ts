import { err, ok, streamArn } from '@millrace/model'
import {
  ofLastDay,
  openShards,
  planUniformScaling,
  type ScalingLimits,
  scalingRefusal,
  uniformScalingRound,
} from '@millrace/streams'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { Resharding, ReshardPlan } from '../reshard/resharding.js'

export class UpdateShardCount implements LifecycleOperation<'UpdateShardCount'> {
  constructor(
    private readonly resharding: Resharding,
    private readonly config: ScalingLimits,
  ) {}

  async handle(call: Call<'UpdateShardCount'>): Promise<Answer<'UpdateShardCount'>> {
    const { TargetShardCount } = call.input
    const done = await this.resharding.begin(call, this.plan(TargetShardCount), (nowMs, { scaledMs }) => {
      return { scaledMs: [...ofLastDay(scaledMs, nowMs), nowMs] }
    })
    if (!done.ok) return done
    const { account, region, name, shards } = done.value.before
    return ok({
      StreamName: name,
      CurrentShardCount: openShards(shards).length,
      TargetShardCount,
      StreamARN: streamArn(account, region, name),
    })
  }

  private plan(targetShardCount: number): ReshardPlan {
    return ({ stream, quota, nowMs }) => {
      const { shards, scaledMs } = stream
      const refusal = scalingRefusal(stream, { targetShardCount, nowMs, scaledMs }, quota, this.config)
      if (refusal) return err(refusal)
      const scaling = planUniformScaling(shards, targetShardCount)
      return ok({ steps: uniformScalingRound(shards, scaling), scaling })
    }
  }
}
