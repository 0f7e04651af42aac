import type { PutResults } from '@millrace/aws-wire'
import { type DomainError, shardIdOf } from '@millrace/model'
import { type AppendPartReply, SequenceDigits, type ShardEntry, type StreamEntry } from '@millrace/streams'
import type { PutPlan } from './put-plan.js'

export interface RecordError {
  readonly code: string
  readonly message: string
  /** The same for a request of a single record. */
  readonly whole: DomainError
}

/** What became of a request's records for one shard. */
interface PartOutcome {
  readonly shardId: string
  readonly digits?: SequenceDigits
  readonly error?: RecordError
}

/** What became of every record, as the response writers ask for it. Filled part by part as owners answer. */
export class PutOutcome implements PutResults {
  failedCount = 0
  private readonly parts: PartOutcome[] = []
  /** How records of the request were stored: encrypted, in the clear, or some so and some so. */
  private readonly storedAs = new Set<boolean>()

  constructor(
    private readonly stream: StreamEntry,
    private readonly plan: PutPlan,
  ) {}

  /** Of a request only if it is so of all that was stored of it; where nothing was, what the map says of the stream. */
  get encrypted(): boolean {
    return this.storedAs.size === 0 ? this.stream.encryption !== undefined : !this.storedAs.has(false)
  }

  get recordCount(): number {
    return this.plan.recordCount
  }

  /** False: the shard is closed or elsewhere; the part's records are to be routed anew. */
  settle(part: number, reply: AppendPartReply): boolean {
    const { shard } = this.plan.parts[part]
    switch (reply.kind) {
      case 'appended': {
        const digits = new SequenceDigits(shard.creationSecond, shard.index, reply.baseOffset, reply.arrivalMs)
        this.parts[part] = { shardId: shardIdOf(shard.index), digits, error: this.throttled(shard) }
        if (reply.throttled) this.closeGaps(part, reply.throttled)
        this.storedAs.add(reply.encrypted)
        return true
      }
      case 'throttled':
        this.fail(part, this.throttled(shard))
        return true
      case 'Unavailable':
        this.fail(part, notTaken(reply))
        return true
      case 'sealed':
      case 'notOwner':
        return false
    }
  }

  fail(part: number, error: RecordError): void {
    const { shard, records } = this.plan.parts[part]
    this.failedCount += records
    this.parts[part] = { shardId: shardIdOf(shard.index), error }
  }

  isSettled(record: number): boolean {
    return this.parts[this.plan.partOf[record]] !== undefined
  }

  errorOf(record: number): RecordError | undefined {
    const part = this.parts[this.plan.partOf[record]]
    return part.digits && this.plan.positionOf[record] >= 0 ? undefined : part.error
  }

  shardIdOf(record: number): string {
    return this.parts[this.plan.partOf[record]].shardId
  }

  writeSequenceNumber(record: number, target: Buffer, at: number): void {
    this.parts[this.plan.partOf[record]].digits?.write(this.plan.positionOf[record], target, at)
  }

  private throttled(shard: ShardEntry): RecordError {
    const { name, account } = this.stream
    const message = `Rate exceeded for shard ${shardIdOf(shard.index)} in stream ${name} under account ${account}.`
    return { code: 'ProvisionedThroughputExceededException', message, whole: { kind: 'ThroughputExceeded', message } }
  }

  /** Admitted records have consecutive numbers: those behind a throttled one move up; −1 marks a throttled one. */
  private closeGaps(part: number, throttled: readonly number[]): void {
    const { partOf, positionOf } = this.plan
    this.failedCount += throttled.length
    let passed = 0
    for (let record = 0, position = 0; record < partOf.length; record++) {
      if (partOf[record] !== part) continue
      const isThrottled = throttled[passed] === position
      positionOf[record] = isThrottled ? -1 : position - passed
      if (isThrottled) passed++
      position++
    }
  }
}

/** For no fault of the record: among others it has AWS's one error for that, alone the reason itself. */
export function notTaken(whole: DomainError): RecordError {
  return { code: 'InternalFailure', message: 'Internal Service Failure', whole }
}
