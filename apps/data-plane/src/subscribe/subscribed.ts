import type { ConsumerEntry, ShardEntry, StreamEntry, SubscriptionName } from '@millrace/streams'

/** Who subscribes to what, as of the call. */
export interface Subscribed {
  readonly consumer: ConsumerEntry
  readonly stream: StreamEntry
  readonly shard: ShardEntry
}

export function subscriptionNameOf({ stream, shard, consumer }: Subscribed): SubscriptionName {
  return {
    account: stream.account,
    stream: stream.name,
    consumer: consumer.name,
    consumerCreationSecond: consumer.createdSecond,
    shard: shard.index,
  }
}
