import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, err, ok, type Result } from '@millrace/model'
import type { StreamMode } from '@millrace/streams'
import { ofLastDay } from '@millrace/streams'
import { blockingChannels } from '../channel/blocking-channels.js'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import type { StreamEdits } from '../stream/stream-edits.js'
import { onDemandRefusal } from './on-demand-quota.js'
import { type WarmConfig, warmed } from './warm-scaling.js'

type Config = WarmConfig & Pick<ControlPlaneConfig, 'onDemandStreamQuota' | 'modeChangesPerDayMax'>

/** A stream keeps its shards when its mode changes. The mode that it has already changes nothing. */
export class UpdateStreamMode implements LifecycleOperation<'UpdateStreamMode'> {
  constructor(
    private readonly edits: StreamEdits,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async handle(call: Call<'UpdateStreamMode'>): Promise<Answer<'UpdateStreamMode'>> {
    const { StreamModeDetails, WarmThroughputMiBps: mibps } = call.input
    const done = await this.edits.update(call, (before, directory) => {
      const switched = this.switched(before, StreamModeDetails.StreamMode, directory)
      if (!switched.ok || mibps === undefined) return switched
      return warmed(switched.value, mibps, { directory, nowMs: this.clock.nowMs(), config: this.config })
    })
    return done.ok ? ok(undefined) : done
  }

  private switched(before: StreamMetadata, mode: StreamMode, directory: StreamDirectory): Result<StreamMetadata, DomainError> {
    if (mode === before.mode) return ok(before)
    const nowMs = this.clock.nowMs()
    const { onDemandStreamQuota, modeChangesPerDayMax } = this.config
    const earlier = ofLastDay(before.modeChangedMs, nowMs)
    const refusal =
      (earlier.length < modeChangesPerDayMax ? undefined : tooOften(before)) ??
      (mode === 'ON_DEMAND' ? onDemandRefusal(directory, before, onDemandStreamQuota) : needsOnDemand(before))
    if (refusal) return err(refusal)
    return ok({ ...before, mode, warmThroughputMibps: undefined, modeChangedMs: [...earlier, nowMs] })
  }
}

function tooOften({ name, account }: StreamMetadata): DomainError {
  return { kind: 'LimitExceeded', message: `Rate exceeded for stream ${name} under account ${account}.` }
}

/** What a stream has that only on-demand streams may have. */
function needsOnDemand(stream: StreamMetadata): DomainError | undefined {
  const { name, account, recordDistribution } = stream
  if (recordDistribution === 'AUTO') {
    const message = `RecordDistributionStrategy=AUTO is only supported for on-demand streams. Stream ${name} is using AUTO.`
    return { kind: 'InvalidArgument', message }
  }
  if (blockingChannels(stream).length === 0) return undefined
  const message = `Stream ${name} under account ${account} has channels, which are only supported for on-demand streams.`
  return { kind: 'ResourceInUse', message }
}
