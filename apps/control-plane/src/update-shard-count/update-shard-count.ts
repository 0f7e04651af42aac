import type { UpdateShardCountOutput } from '@millrace/aws-models'
import type { StreamMetadata } from '@millrace/metadata'
import { err, ok, streamArn } from '@millrace/model'
import { openShards, planUniformScaling, type ScalingLimits, scalingRefusal, uniformScalingRound } from '@millrace/streams'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { Resharding } from '../reshard/resharding.js'

const dayMs = 86_400_000

export class UpdateShardCount implements LifecycleOperation<'UpdateShardCount'> {
  constructor(
    private readonly resharding: Resharding,
    private readonly config: ScalingLimits,
  ) {}

  async handle(call: Call<'UpdateShardCount'>): Promise<Answer<'UpdateShardCount'>> {
    const targetShardCount = call.input.TargetShardCount
    let output: UpdateShardCountOutput = {}
    const done = await this.resharding.begin(call, ({ stream, quota, nowMs }) => {
      const { scaledMs } = stream
      const refusal = scalingRefusal(stream, { targetShardCount, nowMs, scaledMs }, quota, this.config)
      if (refusal) return err(refusal)
      output = scalingOutput(stream, targetShardCount)
      const scaling = planUniformScaling(stream.shards, targetShardCount)
      const recent = scaledMs.filter((ms) => nowMs - ms < dayMs)
      return ok({ steps: uniformScalingRound(stream.shards, scaling), scaling, settings: { scaledMs: [...recent, nowMs] } })
    })
    return done.ok ? ok(output) : done
  }
}

function scalingOutput({ account, region, name, shards }: StreamMetadata, target: number): UpdateShardCountOutput {
  return {
    StreamName: name,
    CurrentShardCount: openShards(shards).length,
    TargetShardCount: target,
    StreamARN: streamArn(account, region, name),
  }
}
