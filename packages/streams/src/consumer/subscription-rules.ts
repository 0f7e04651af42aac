import { type AccountId, limits, type RequestError, type ShardIndex, type StreamName, shardIdOf } from '@millrace/model'

/** What is known of a consumer and a shard when SubscribeToShard is called. A dry run leaves nothing behind that counts here. */
export interface SubscriptionHistory {
  readonly isConsumerActive: boolean
  /** The last call that was answered with a subscription, even if that has ended since. */
  readonly subscribedMs?: number | undefined
  /** The last call, however it was answered. Absent where call rates are lifted. */
  readonly calledMs?: number | undefined
  /** A subscription is being served. */
  readonly isServing: boolean
}

/** `takeOver`: begin, and end the subscription that is being served. */
export type SubscriptionDecision = 'begin' | 'takeOver' | 'consumerNotActive' | 'inUse' | 'tooManyCalls'

type Circumstance = 'consumerNotActive' | 'subscribedLately' | 'calledLately' | 'serving' | 'otherwise'

/**
 * The first circumstance that holds decides. A call within 5 s of a successful one is in use even when it comes within the second
 * that the call rate speaks of, and even when its subscription has ended: AWS counts from the call.
 */
const decisions: readonly (readonly [Circumstance, SubscriptionDecision])[] = [
  ['consumerNotActive', 'consumerNotActive'],
  ['subscribedLately', 'inUse'],
  ['calledLately', 'tooManyCalls'],
  ['serving', 'takeOver'],
  ['otherwise', 'begin'],
]

export function decideSubscription(history: SubscriptionHistory, nowMs: number): SubscriptionDecision {
  const holds: Readonly<Record<Circumstance, boolean>> = {
    consumerNotActive: !history.isConsumerActive,
    subscribedLately: isWithin(history.subscribedMs, limits.subscriptionSettledMs, nowMs),
    calledLately: isWithin(history.calledMs, limits.subscribeIntervalMs, nowMs),
    serving: history.isServing,
    otherwise: true,
  }
  const row = decisions.find(([circumstance]) => holds[circumstance])
  if (!row) throw new Error('no row of the table holds')
  return row[1]
}

/** A subscription ends then, and the client subscribes anew from where it ended. */
export function subscriptionEndMs(subscribedMs: number): number {
  return subscribedMs + limits.subscriptionLifetimeMs
}

/** A clock that was set back leaves times in the future behind, which must not refuse anyone until it has caught up. */
function isWithin(sinceMs: number | undefined, durationMs: number, nowMs: number): boolean {
  return sinceMs !== undefined && sinceMs <= nowMs && nowMs - sinceMs < durationMs
}

/** Whose subscription, to which shard. */
export interface SubscriptionName {
  readonly account: AccountId
  readonly stream: StreamName
  readonly consumer: string
  /** When the consumer was registered: the last part of its ARN. */
  readonly consumerCreationSecond: number
  readonly shard: ShardIndex
}

export type SubscriptionRefusal = Extract<RequestError, { kind: 'ResourceInUse' | 'LimitExceeded' }>

/** What the caller is told. */
export function subscriptionRefusal(
  decision: Exclude<SubscriptionDecision, 'begin' | 'takeOver'>,
  { account, stream, consumer, consumerCreationSecond, shard }: SubscriptionName,
): SubscriptionRefusal {
  const subscription = `${account}:${stream}:${shardIdOf(shard)}:${consumer}`
  switch (decision) {
    case 'inUse':
      return { kind: 'ResourceInUse', message: `Another active subscription exists for this consumer: ${subscription}` }
    case 'tooManyCalls':
      return { kind: 'LimitExceeded', message: `Rate exceeded for consumer ${subscription}.` }
    case 'consumerNotActive': {
      // The blank before the comma is AWS's.
      const named = `Consumer ${consumer} with creation timestamp ${consumerCreationSecond} under stream: ${stream}`
      return { kind: 'ResourceInUse', message: `${named} , account ${account} is not in ACTIVE status.` }
    }
  }
}
