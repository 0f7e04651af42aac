import type { StreamMetadata } from '@millrace/metadata'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import { evenHashRanges, type ShardQuota, shardQuotaRefusal, uniformScalingRound } from '@millrace/streams'
import { beginReshard, type ReshardTiming } from '../reshard/begin-reshard.js'
import { openShardCount } from '../shard/shard-life.js'

/**
 * The stream with another warm throughput, UPDATING while it gets the shards that carry it. It never gives shards back: what it needed
 * lately, which AWS would leave it, is not known here.
 */
export function warmed(
  stream: StreamMetadata,
  mibps: number | undefined,
  quota: ShardQuota,
  timing: ReshardTiming,
): Result<StreamMetadata, DomainError> {
  const open = openShardCount(stream)
  const target = Math.max(open, mibps ?? 0)
  const refusal = shardQuotaRefusal(quota, target - open)
  if (refusal) return err(refusal)
  const scaling = { startingHashKeys: evenHashRanges(target).map(({ start }) => String(start)) }
  const steps = target === open ? [] : uniformScalingRound(stream.shards, scaling)
  return ok({ ...beginReshard(stream, { steps, scaling }, timing), warmThroughputMibps: mibps })
}
