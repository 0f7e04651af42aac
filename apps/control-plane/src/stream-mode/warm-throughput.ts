import type { AccountSettings, StreamMetadata } from '@millrace/metadata'
import type { AccountId, Limits, RequestError } from '@millrace/model'
import type { StreamMode } from '@millrace/streams'
import { isCommitted } from '../account-settings/commitment.js'
import { openShardCount } from '../shard/shard-life.js'

/** Warm throughput that a request asks for. */
export interface WarmRequest {
  readonly account: AccountId
  /** Of the account; undefined: none. */
  readonly settings: AccountSettings | undefined
  /** What the stream's mode is when the request has been carried out. */
  readonly mode: StreamMode
  readonly mibps: number
  readonly nowMs: number
}

/** Why a stream cannot have it; undefined where it can. */
export function warmRefusal(request: WarmRequest, limits: Pick<Limits, 'warmThroughputMibpsMax'>): RequestError | undefined {
  const { account, settings, mode, mibps, nowMs } = request
  if (!isCommitted(settings, nowMs)) {
    const message = `Account ${account} is not enabled for minimum throughput billing commitment`
    return { kind: 'ValidationFailed', message }
  }
  if (mode !== 'ON_DEMAND')
    return { kind: 'ValidationFailed', message: 'Warm throughput is only supported for ON_DEMAND streams' }
  const max = limits.warmThroughputMibpsMax
  if (mibps > max) return { kind: 'LimitExceeded', message: `Warm throughput cannot exceed ${max} MiBps` }
  return undefined
}

/** As it is stored: 0 takes it away. */
export function storedWarmth(mibps: number | undefined): number | undefined {
  return mibps === 0 ? undefined : mibps
}

/** Target, and what the stream's shards take at 1 MiB/s each. */
export function describeWarmth(stream: StreamMetadata) {
  return { TargetMiBps: stream.warmThroughputMibps ?? 0, CurrentMiBps: openShardCount(stream) }
}
