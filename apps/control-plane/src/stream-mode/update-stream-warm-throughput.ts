import { type Clock, ok, streamArn } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { type WarmConfig, warmed } from './warm-scaling.js'
import { describeWarmth } from './warm-throughput.js'

export class UpdateStreamWarmThroughput implements LifecycleOperation<'UpdateStreamWarmThroughput'> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly clock: Clock,
    private readonly config: WarmConfig,
  ) {}

  async handle(call: Call<'UpdateStreamWarmThroughput'>): Promise<Answer<'UpdateStreamWarmThroughput'>> {
    const mibps = call.input.WarmThroughputMiBps
    const done = await this.edits.update(call, (before, directory) => {
      return warmed(before, mibps, { directory, nowMs: this.clock.nowMs(), config: this.config })
    })
    if (!done.ok) return done
    const { account, region, name } = done.value.after
    return ok({
      StreamARN: streamArn(account, region, name),
      StreamName: name,
      WarmThroughput: describeWarmth(done.value.after),
    })
  }
}
