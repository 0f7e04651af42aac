import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, type Result, streamArn } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { shardQuotaOf } from '../shard/shard-quota.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { warmed } from './warm-scaling.js'
import { describeWarmth, storedWarmth, warmRefusal } from './warm-throughput.js'

export class UpdateStreamWarmThroughput implements LifecycleOperation<'UpdateStreamWarmThroughput'> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'stateDelayMs' | 'shardQuota' | 'warmThroughputMibpsMax'>,
  ) {}

  async handle(call: Call<'UpdateStreamWarmThroughput'>): Promise<Answer<'UpdateStreamWarmThroughput'>> {
    const mibps = call.input.WarmThroughputMiBps
    const done = await this.edits.update(call, (before, directory) => this.warmed(before, mibps, directory))
    if (!done.ok) return done
    const { account, region, name } = done.value.after
    return ok({
      StreamARN: streamArn(account, region, name),
      StreamName: name,
      WarmThroughput: describeWarmth(done.value.after),
    })
  }

  private warmed(before: StreamMetadata, mibps: number, directory: StreamDirectory): Result<StreamMetadata, DomainError> {
    const { account, region, mode } = before
    const { stateDelayMs, shardQuota } = this.config
    const nowMs = this.clock.nowMs()
    const refusal = warmRefusal({ account, settings: directory.settingsOf(account, region), mode, mibps, nowMs }, this.config)
    if (refusal) return err(refusal)
    const quota = shardQuotaOf(directory, account, region, shardQuota)
    return warmed(before, storedWarmth(mibps), quota, { nowMs, stateDelayMs })
  }
}
