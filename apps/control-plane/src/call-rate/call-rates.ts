import { type Clock, callRateName, callRates, type Limits, type RatedOperation, type RequestError } from '@millrace/model'
import { type LifecycleCall, resolveStreamAddress, type StreamReference, TokenBucket } from '@millrace/streams'

/** Held at a time; then the one that was not used for longest goes, which by then is full again and says nothing. */
const bucketsMax = 10_000

/** The call rates of the lifecycle operations, each of an account in a region or of a stream, as AWS has it. */
export class CallRates {
  private readonly buckets = new Map<string, TokenBucket>()

  constructor(
    private readonly clock: Clock,
    private readonly isOn: boolean,
    private readonly limits: Limits,
  ) {}

  /** The refusal, where the caller has called too often. */
  admit(call: LifecycleCall): RequestError | undefined {
    const operation = call.operation as RatedOperation
    if (!this.isOn || !Object.hasOwn(callRates, operation)) return undefined
    const address = resolveStreamAddress(call, streamOf(call.input as Input))
    const { account, region } = address.ok ? address.value : call
    const stream = address.ok ? address.value.name : undefined
    const key = `${operation}/${account}/${region}/${callRates[operation].by === 'stream' ? stream : ''}`
    if (this.take(key, this.limits[callRateName(operation)])) return undefined
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

interface Input extends StreamReference {
  readonly ConsumerARN?: string
}

/** A call for a consumer counts for its stream. */
function streamOf(input: Input): StreamReference {
  return input.ConsumerARN === undefined ? input : { StreamARN: input.ConsumerARN.replace(/\/consumer\/.*/, '') }
}
