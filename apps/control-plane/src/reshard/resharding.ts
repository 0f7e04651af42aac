import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, ok, type Result } from '@millrace/model'
import type { LifecycleCall, ReshardStream, ShardQuota, StreamReference } from '@millrace/streams'
import type { ControlPlaneConfig } from '../config.js'
import { keptShards } from '../shard/shard-life.js'
import { shardQuotaOf } from '../shard/shard-quota.js'
import { findStream } from '../stream/find-stream.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { beginReshard, type ReshardRequest } from './begin-reshard.js'

/** What a reshard is decided on: the stream, as the rules see it, and its account's shards. */
export interface ReshardBasis {
  readonly stream: StreamMetadata & ReshardStream
  readonly quota: ShardQuota
  readonly nowMs: number
}

/** What a request comes to, or why it is refused. `settings` change with it. */
export type ReshardPlan = (
  basis: ReshardBasis,
) => Result<ReshardRequest & { readonly settings?: Partial<StreamMetadata> }, DomainError>

/** Begins reshards: what is decided is stored as an intent, which the engine carries out. */
export class Resharding {
  constructor(
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly config: Pick<ControlPlaneConfig, 'shardQuota' | 'stateDelayMs'>,
  ) {}

  /** Resolves when the intent is stored and in force. */
  begin(call: LifecycleCall & { readonly input: StreamReference }, plan: ReshardPlan): Promise<Result<void, DomainError>> {
    return this.writer.change((directory) => {
      const found = findStream(directory, call)
      if (!found.ok) return found
      const before = found.value
      const nowMs = this.clock.nowMs()
      const quota = shardQuotaOf(directory, before.account, before.region, this.config.shardQuota)
      const planned = plan({ stream: { ...before, shards: keptShards(before, nowMs) }, quota, nowMs })
      if (!planned.ok) return planned
      const after = beginReshard(before, planned.value, { nowMs, stateDelayMs: this.config.stateDelayMs })
      return ok([{ kind: 'changed', before, after: { ...after, ...planned.value.settings } }])
    })
  }
}
