import type { ShardKey, UnavailableError } from '@millrace/model'
import type { SubscriptionDecision } from '../consumer/subscription-rules.js'
import type { ConsumerEntry } from './cluster-state.js'
import type { ReadFrom, ShardPage } from './records.js'

/**
 * Push, as the lane that holds a subscriber's connection sees it: it asks for the next step before there is one, and the owner
 * answers at the moment at which records become durable. Nobody is pushed to who has not asked, so a slow reader holds nothing in
 * memory but the step that he is being sent: what he missed comes from the tail, or behind it from the log.
 */
export interface ShardSubscriber {
  /** Who may subscribe, and whose subscription ends by that, is decided here, wherever the connections are. */
  subscribe(request: SubscribeRequest): Promise<SubscribeReply>
  /** One call at a time for each subscription. After `ended` the id means nothing any more. */
  next(subscription: SubscriptionId): Promise<SubscriptionStep>
  /** The reader is gone. A call that is under way is answered with `ended`. */
  unsubscribe(subscription: SubscriptionId): void
}

/** Given by the owner, and known to nobody else. */
export type SubscriptionId = number

export interface SubscribeRequest {
  readonly shard: ShardKey
  readonly consumer: Pick<ConsumerEntry, 'name' | 'createdSecond'>
  /** `latest`: where the shard ends when the owner begins. */
  readonly from: ReadFrom | { readonly kind: 'latest' }
  /** A number of the connection on which the reader is: what is pushed to one connection shares its part of the room. */
  readonly reader: number
  /** Only says what would happen. */
  readonly dryRun: boolean
}

export type SubscribeReply =
  | { readonly kind: 'subscribed'; readonly subscription: SubscriptionId }
  /** The dry run of a call that would have been served. */
  | { readonly kind: 'passed' }
  | { readonly kind: 'refused'; readonly decision: Exclude<SubscriptionDecision, 'begin' | 'takeOver'> }
  | { readonly kind: 'notOwner' }
  | UnavailableError

/** A page without records says that there are none now. */
export type SubscriptionStep = ShardPage | { readonly kind: 'ended'; readonly reason: SubscriptionEnd }

/** `timeIsUp`: five minutes. `stopping`: the owner is, or owns the shard no more. `left`: by `unsubscribe`. */
export type SubscriptionEnd = 'shardEnd' | 'timeIsUp' | 'takenOver' | 'streamGone' | 'stopping' | 'left'
