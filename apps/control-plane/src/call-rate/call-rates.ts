import { type Clock, limits, type RequestError } from '@millrace/model'
import { type LifecycleCall, resolveStreamAddress, type StreamReference, TokenBucket } from '@millrace/streams'

/** Held at a time; then the one that was not used for longest goes, which by then is full again and says nothing. */
const bucketsMax = 10_000

const perSecond: Readonly<Record<string, number>> = limits.callsPerSecond

/** AWS's call rates of the lifecycle operations: of an account in a region, for ListShards of a stream. */
export class CallRates {
  private readonly buckets = new Map<string, TokenBucket>()

  constructor(
    private readonly clock: Clock,
    private readonly isOn: boolean,
  ) {}

  /** The refusal, where the caller has called too often. */
  admit(call: LifecycleCall): RequestError | undefined {
    const rate = perSecond[call.operation]
    if (!this.isOn || rate === undefined) return undefined
    const address = resolveStreamAddress(call, call.input as StreamReference)
    const { account, region } = address.ok ? address.value : call
    const stream = address.ok ? address.value.name : undefined
    const key = `${call.operation}/${account}/${region}/${call.operation === 'ListShards' ? stream : ''}`
    if (this.take(key, rate)) return undefined
    const message = `Rate exceeded for ${stream ? `stream ${stream} under account` : 'account'} ${account}.`
    return { kind: 'LimitExceeded', message }
  }

  private take(key: string, rate: number): boolean {
    const nowMs = this.clock.nowMs()
    const bucket = this.buckets.get(key) ?? new TokenBucket(rate, nowMs)
    this.buckets.delete(key)
    this.buckets.set(key, bucket)
    if (this.buckets.size > bucketsMax) this.dropOldest()
    const isAdmitted = bucket.has(nowMs)
    if (isAdmitted) bucket.take(1)
    return isAdmitted
  }

  private dropOldest(): void {
    for (const key of this.buckets.keys()) {
      this.buckets.delete(key)
      return
    }
  }
}
