import type { AnswerRoom } from '@millrace/aws-wire'
import type { ThroughputLimits } from '@millrace/model'
import {
  type ConsumerEntry,
  decideSubscription,
  type StreamEntry,
  type SubscribeReply,
  type SubscribeRequest,
  type SubscriptionEnd,
  type SubscriptionId,
  subscriptionEndMs,
  TokenBucket,
} from '@millrace/streams'
import type { PushReaders } from './push-readers.js'
import { type PushedShard, Subscription, type SubscriptionParts } from './subscription.js'

/** What is known of a consumer at this shard; forgotten when it cannot refuse anything any more. */
interface Subscriber {
  subscribedMs?: number
  calledMs?: number
  readonly rate: TokenBucket | undefined
  serving: Subscription | undefined
}

/** All subscriptions to one shard, wherever their connections are: who may begin, who gives way, who has news. */
export class ShardSubscriptions {
  private readonly subscribers = new Map<string, Subscriber>()
  private wakeIsDue = false

  constructor(private readonly parts: ShardSubscriptionsParts) {}

  /** `isActive`: the consumer. Where it succeeds the subscription is told to `onBegin` before this returns. */
  subscribe({ consumer, from, reader, dryRun }: SubscribeRequest, isActive: boolean, ids: SubscriptionIds): SubscribeReply {
    const { nowMs, throughput } = this.parts
    this.forgetOld()
    const key = consumerKey(consumer)
    const known = this.subscribers.get(key)
    const decision = decideSubscription(
      {
        isConsumerActive: isActive,
        subscribedMs: known?.subscribedMs,
        calledMs: throughput ? known?.calledMs : undefined,
        isServing: known?.serving !== undefined,
      },
      nowMs(),
    )
    const begins = decision === 'begin' || decision === 'takeOver'
    if (dryRun) return begins ? { kind: 'passed' } : { kind: 'refused', decision }
    const subscriber = known ?? { rate: this.newRate(), serving: undefined }
    this.subscribers.set(key, subscriber)
    subscriber.calledMs = nowMs()
    if (!begins) return { kind: 'refused', decision }
    subscriber.serving?.end('takenOver')
    return { kind: 'subscribed', subscription: this.begin(subscriber, from, reader, ids).id }
  }

  /** Records have become durable. Those of one commit are told one by one in one turn: they go out together after it. */
  wake(): void {
    if (this.wakeIsDue || this.subscribers.size === 0) return
    this.wakeIsDue = true
    queueMicrotask(() => {
      this.wakeIsDue = false
      for (const { serving } of this.subscribers.values()) serving?.advance()
    })
  }

  /** As on AWS, a subscription outlives its consumer's registration, and not its stream. */
  onStream({ status }: StreamEntry): void {
    if (status === 'DELETING') this.endAll('streamGone')
  }

  endAll(reason: SubscriptionEnd): void {
    for (const { serving } of this.subscribers.values()) serving?.end(reason)
  }

  private begin(subscriber: Subscriber, from: SubscribeRequest['from'], reader: number, ids: SubscriptionIds): Subscription {
    const { shard, room, nowMs } = this.parts
    const subscribedMs = nowMs()
    const parts: SubscriptionParts = {
      id: ids.nextId(),
      shard,
      room,
      reader: ids.readers.join(reader),
      nowMs,
      endMs: subscriptionEndMs(subscribedMs),
      rate: subscriber.rate,
      onEnd: () => {
        ids.readers.leave(reader)
        if (subscriber.serving === subscription) subscriber.serving = undefined
      },
    }
    const subscription = new Subscription(parts, from.kind === 'latest' ? { kind: 'offset', offset: shard.nextOffset } : from)
    subscriber.subscribedMs = subscribedMs
    subscriber.serving = subscription
    ids.begun(subscription)
    return subscription
  }

  private newRate(): TokenBucket | undefined {
    const { throughput, nowMs } = this.parts
    return throughput && new TokenBucket(throughput.pushedBytesPerShardPerSecond, nowMs())
  }

  private forgetOld(): void {
    const oldMs = this.parts.nowMs() - rememberedMs
    for (const [key, { serving, calledMs }] of this.subscribers) {
      if (serving === undefined && (calledMs ?? 0) < oldMs) this.subscribers.delete(key)
    }
  }
}

/** Longer than any rule looks back, and than it takes to pay for the largest record. */
const rememberedMs = 10_000

/** Ids are the lane's, over all its shards. */
export interface SubscriptionIds {
  readonly readers: PushReaders
  nextId(): SubscriptionId
  begun(subscription: Subscription): void
}

export interface ShardSubscriptionsParts {
  readonly shard: PushedShard
  readonly room: AnswerRoom
  readonly nowMs: () => number
  /** Undefined: lifted, and call rates too. */
  readonly throughput: ThroughputLimits | undefined
}

function consumerKey({ name, createdSecond }: Pick<ConsumerEntry, 'name' | 'createdSecond'>): string {
  return `${name}:${createdSecond}`
}
