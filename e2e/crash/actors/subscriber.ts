import { setTimeout as sleep } from 'node:timers/promises'
import type { CallOutcome, KinesisClient, ShardSubscription, SubscribeToShardInput, SubscriptionReader } from '@millrace/testkit'
import type { Ledger } from '../ledger/ledger.js'
import type { ReadRecord, ShardLedger } from '../ledger/shard-ledger.js'
import type { StreamLedger } from '../ledger/stream-ledger.js'
import type { Random } from '../random.js'
import { Violation } from '../violation.js'
import type { Rules } from './rules.js'
import { type IteratorStart, readRecord, type WireRecord } from './shard-reader.js'
import { chooseStart, type HeldPosition, seenMax } from './tailing-reader.js'

/** As a stock client takes it. */
interface PushedEvent {
  readonly Records: readonly WireRecord[]
  readonly ContinuationSequenceNumber?: string
  readonly ChildShards?: readonly unknown[]
}

type Subscribe = (input: SubscribeToShardInput, reader: SubscriptionReader) => ShardSubscription

const registrationMsMax = 5_000

/** A registered consumer that is pushed the records of a shard while others write: what it was shown must be there after the crash. */
export class Subscriber {
  held: HeldPosition | undefined

  constructor(
    private readonly name: string,
    private readonly ledger: Ledger,
    private readonly random: Random,
    private readonly subscribe: Subscribe,
  ) {}

  async run(client: KinesisClient, rules: Rules, isOver: () => boolean): Promise<void> {
    while (this.ledger.live.length === 0 && !isOver()) await sleep(10)
    if (isOver()) return
    const stream = this.random.pick(this.ledger.live)
    const mayFail = () => rules.isDying() || rules.isPostgresAway() || stream.life !== 'live'
    const consumer = await this.consumer(client, stream, mayFail)
    if (consumer === undefined || isOver()) return
    const following = new Following(this.ledger, stream, this.random.pick(stream.shards), this.random)
    const subscription = this.subscribe(following.input(consumer), following)
    while (!isOver() && !following.isOver) await sleep(5)
    subscription.close()
    const { broken } = following
    if (broken !== undefined && !rules.isDying() && stream.life === 'live')
      throw new Violation('a subscription broke off', { stream: stream.name, consumer, broken })
    this.held = following.held
  }

  /** Its ARN when it is ACTIVE; it may have been registered in an earlier round. */
  private async consumer(client: KinesisClient, stream: StreamLedger, mayFail: () => boolean): Promise<string | undefined> {
    const summary = await client.call('DescribeStreamSummary', { StreamName: stream.name })
    if (!isAnswered(summary)) return this.refused(summary, mayFail)
    const { StreamARN } = (summary.output as Summary).StreamDescriptionSummary
    const named = { StreamARN, ConsumerName: this.name }
    const registered = await client.call('RegisterStreamConsumer', named)
    if (!isAnswered(registered) && !isTaken(registered)) return this.refused(registered, mayFail)
    for (const endMs = Date.now() + registrationMsMax; Date.now() < endMs; await sleep(20)) {
      const described = await client.call('DescribeStreamConsumer', named)
      if (!isAnswered(described)) return this.refused(described, mayFail)
      const { ConsumerARN, ConsumerStatus } = (described.output as Described).ConsumerDescription
      if (ConsumerStatus === 'ACTIVE') return ConsumerARN
    }
    return undefined
  }

  private refused(outcome: CallOutcome, mayFail: () => boolean): undefined {
    if (!mayFail()) throw new Violation('a consumer cannot be registered with a running server', { outcome })
  }
}

/** One subscription: what it has been shown, and where it would go on. */
class Following implements SubscriptionReader {
  isOver = false
  broken: string | undefined
  held: HeldPosition | undefined
  private readonly seen: ReadRecord[] = []
  private readonly start: IteratorStart
  private readonly floor: string
  private obtainedTick: number | undefined

  constructor(
    private readonly ledger: Ledger,
    private readonly stream: StreamLedger,
    private readonly shard: ShardLedger,
    random: Random,
  ) {
    this.start = chooseStart(shard, random)
    this.floor = shard.floor
  }

  input(ConsumerARN: string): SubscribeToShardInput {
    const { ShardIteratorType: Type, ...rest } = this.start
    const number = 'StartingSequenceNumber' in rest ? { SequenceNumber: rest.StartingSequenceNumber } : {}
    return { ConsumerARN, ShardId: this.shard.shardId, StartingPosition: { Type, ...number } }
  }

  event(payload: Buffer): void {
    const { Records, ContinuationSequenceNumber, ChildShards } = JSON.parse(payload.toString()) as PushedEvent
    const isLast = ContinuationSequenceNumber === undefined
    if (isLast !== (ChildShards !== undefined && ChildShards.length > 0))
      throw new Violation('an event must lead on, or to child shards', { ContinuationSequenceNumber, ChildShards })
    this.seen.push(...Records.map(readRecord))
    this.ledger.pushedRecords += Records.length
    this.obtainedTick ??= this.ledger.tick()
    const { stream, shard, start, seen, floor, obtainedTick } = this
    const next = isLast ? undefined : { continuation: ContinuationSequenceNumber }
    this.held = { stream, shard, start, seen, next, floor, obtainedTick }
    if (seen.length > seenMax) this.isOver = true
  }

  ended(reason: string | undefined): void {
    this.isOver = true
    this.broken = reason
    if (reason === undefined && this.held?.next !== undefined) this.broken = 'it ended before the shard'
  }
}

function isAnswered(outcome: CallOutcome): outcome is Extract<CallOutcome, { kind: 'answer' }> {
  return outcome.kind === 'answer' && outcome.status === 200
}

function isTaken(outcome: CallOutcome): boolean {
  return outcome.kind === 'answer' && outcome.errorCode === 'ResourceInUseException'
}

interface Summary {
  readonly StreamDescriptionSummary: { readonly StreamARN: string }
}

interface Described {
  readonly ConsumerDescription: { readonly ConsumerARN: string; readonly ConsumerStatus: string }
}
