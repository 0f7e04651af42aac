import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, ok, type Result } from '@millrace/model'
import type { LifecycleCall, ReshardStream, ShardQuota, StreamReference } from '@millrace/streams'
import type { ControlPlaneConfig } from '../config.js'
import { keptShards } from '../shard/shard-life.js'
import { shardQuotaOf } from '../shard/shard-quota.js'
import type { EditedStream, StreamEdits } from '../stream/stream-edits.js'
import { beginReshard, type ReshardRequest } from './begin-reshard.js'

/** What a reshard is decided on: the stream, as the rules see it, and its account's shards. */
export interface ReshardBasis {
  readonly stream: StreamMetadata & ReshardStream
  readonly quota: ShardQuota
  readonly nowMs: number
}

/** What a request comes to, or why it is refused. */
export type ReshardPlan = (basis: ReshardBasis) => Result<ReshardRequest, DomainError>

/** Begins reshards: what is decided is stored as an intent, which the engine carries out. */
export class Resharding {
  constructor(
    private readonly edits: StreamEdits,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'shardQuota' | 'stateDelayMs'>,
  ) {}

  /** Resolves when the intent is stored and in force; `settings` change with it. With nothing to do, the stream stays as it is. */
  begin(
    call: LifecycleCall & { readonly input: StreamReference },
    plan: ReshardPlan,
    settings: (nowMs: number, before: StreamMetadata) => Partial<StreamMetadata> = () => ({}),
  ): Promise<Result<EditedStream, DomainError>> {
    return this.edits.update(call, (before, directory) => {
      const nowMs = this.clock.nowMs()
      const quota = shardQuotaOf(directory, before.account, before.region, this.config.shardQuota)
      const planned = plan({ stream: { ...before, shards: keptShards(before, nowMs) }, quota, nowMs })
      if (!planned.ok) return planned
      if (planned.value.steps.length === 0) return ok(before)
      const { stateDelayMs } = this.config
      return ok(beginReshard({ ...before, ...settings(nowMs, before) }, planned.value, { nowMs, stateDelayMs }))
    })
  }
}
