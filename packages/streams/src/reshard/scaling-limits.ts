import type { Limits } from '@millrace/model'
import { ofLastDay } from '../admission/rolling-day.js'
import { openShards } from './lineage.js'
import { type NotReshardable, type ReshardStream, reshardRefusal } from './reshard-stream.js'
import { type LimitExceeded, type ShardQuota, shardQuotaRefusal } from './shard-quota.js'

export interface ScalingRequest {
  readonly targetShardCount: number
  readonly nowMs: number
  /** When the stream was scaled before; what is older than a day does not count. */
  readonly scaledMs: readonly number[]
}

export type ScalingLimits = Pick<Limits, 'shardsPerStreamMax' | 'scalingsPerDayMax'>

export type ScalingError = NotReshardable | LimitExceeded

/** Why UpdateShardCount cannot bring the stream to the target; undefined where it can. The count may stay as it is: ranges become even. */
export function scalingRefusal(
  stream: ReshardStream,
  request: ScalingRequest,
  quota: ShardQuota,
  bounds: ScalingLimits,
): ScalingError | undefined {
  const open = openShards(stream.shards).length
  return (
    reshardRefusal(stream) ??
    outOfBounds(open, request.targetShardCount, bounds.shardsPerStreamMax) ??
    shardQuotaRefusal(quota, request.targetShardCount - open) ??
    tooOften(stream, request, bounds.scalingsPerDayMax)
  )
}

/** A stream that is over the maximum may be scaled down, to the maximum at most. */
function outOfBounds(open: number, target: number, shardsMax: number): LimitExceeded | undefined {
  const counts = `Current open shard count: ${open} Target shard count: ${target}`
  if (target > shardsMax) {
    return limitExceeded(`Target shard count or number of open shards cannot be greater than ${shardsMax}. ${counts}`)
  }
  if (target > 2 * open) {
    return limitExceeded(`UpdateShardCount cannot scale up over double your current open shard count. ${counts}`)
  }
  if (target < Math.floor(open / 2)) {
    return limitExceeded(`UpdateShardCount cannot scale down below half your current open shard count. ${counts}`)
  }
  return undefined
}

function tooOften({ name, account }: ReshardStream, request: ScalingRequest, timesMax: number): LimitExceeded | undefined {
  const recent = ofLastDay(request.scaledMs, request.nowMs)
  if (recent.length < timesMax) return undefined
  return limitExceeded(
    `Stream ${name} under account ${account} cannot be scaled more than ${timesMax} times in a rolling 24-hour period.`,
  )
}

function limitExceeded(message: string): LimitExceeded {
  return { kind: 'LimitExceeded', message }
}
