import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import { evenHashRanges, shardQuotaRefusal, uniformScalingRound } from '@millrace/streams'
import type { ControlPlaneConfig } from '../config.js'
import { beginReshard } from '../reshard/begin-reshard.js'
import { openShardCount } from '../shard/shard-life.js'
import { shardQuotaOf } from '../shard/shard-quota.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { storedWarmth, warmRefusal } from './warm-throughput.js'

export type WarmConfig = Pick<ControlPlaneConfig, 'stateDelayMs' | 'shardQuota' | 'warmThroughputMibpsMax'>

/** What a warm throughput is decided on. */
export interface WarmBasis {
  readonly directory: StreamDirectory
  readonly nowMs: number
  readonly config: WarmConfig
}

/**
 * The stream with another warm throughput, UPDATING while it gets the shards that carry it, or why it cannot have it. It never gives
 * shards back: what it needed lately, which AWS would leave it, is not known here.
 */
export function warmed(
  stream: StreamMetadata,
  mibps: number,
  { directory, nowMs, config }: WarmBasis,
): Result<StreamMetadata, DomainError> {
  const { account, region, mode } = stream
  const open = openShardCount(stream)
  const target = Math.max(open, mibps)
  const refusal =
    warmRefusal({ account, settings: directory.settingsOf(account, region), mode, mibps, nowMs }, config) ??
    shardQuotaRefusal(shardQuotaOf(directory, account, region, config.shardQuota), target - open)
  if (refusal) return err(refusal)
  const scaling = { startingHashKeys: evenHashRanges(target).map(({ start }) => String(start)) }
  const steps = target === open ? [] : uniformScalingRound(stream.shards, scaling)
  const { stateDelayMs } = config
  return ok({ ...beginReshard(stream, { steps, scaling }, { nowMs, stateDelayMs }), warmThroughputMibps: storedWarmth(mibps) })
}
