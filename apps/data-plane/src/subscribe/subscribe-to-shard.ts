import type { SubscribeToShardInput } from '@millrace/aws-models'
import type { CallContext, EventSource, OperationHandler } from '@millrace/aws-wire'
import { type DomainError, err, ok, parseConsumerArn, parseShardId, type Result } from '@millrace/model'
import {
  consumerNotFound,
  type ReadFrom,
  type ShardMap,
  type ShardOwner,
  type SubscriptionId,
  subscriptionRefusal,
} from '@millrace/streams'
import { startOffset } from '../get/starting-position.js'
import { followingMap, noOwner } from '../route/moving-shard.js'
import type { Owners } from '../route/owners.js'
import { type Subscribed, subscriptionNameOf } from './subscribed.js'
import { SubscriptionEvents } from './subscription-events.js'

/** SubscribeToShard: finds consumer, shard and starting position, and has the shard's owner push what comes. */
export class SubscribeToShard {
  /** Those whose connections are here; wherever their shards are. */
  private readonly open = new Set<SubscriptionEvents>()
  private isStopping = false

  constructor(
    private readonly map: ShardMap,
    private readonly owners: Owners,
    private readonly nowMs: () => number,
  ) {}

  handler(): OperationHandler {
    return {
      form: 'events',
      handle: followingMap(this.map, (context, input) => this.subscribe(context, input as SubscribeToShardInput)),
    }
  }

  /** Readers are sent away in good order, also those who wait for what the control plane has yet to tell. */
  stop(): void {
    this.isStopping = true
    for (const events of this.open) events.cancel()
  }

  /** A dry run does not look at the starting position. */
  private async subscribe(context: CallContext, input: SubscribeToShardInput): Promise<Result<EventSource, DomainError>> {
    const located = this.locate(input)
    if (!located.ok) return located
    const subscribed = located.value
    const dryRun = input.DryRun === true
    const from = dryRun ? ok('latest' as const) : this.position(input, subscribed)
    if (!from.ok) return from
    const owner = this.owners.at(subscribed.shard.owner)
    if (!owner) return err(noOwner)
    return this.begin(context, owner, subscribed, from.value, dryRun)
  }

  private locate({ ConsumerARN = '', ShardId = '' }: SubscribeToShardInput): Result<Subscribed, DomainError> {
    const address = parseConsumerArn(ConsumerARN)
    if (!address) return err({ kind: 'InvalidArgument', message: `${ConsumerARN} is not the ARN of a consumer.` })
    const { account, region, name } = address.stream
    const stream = this.map.find(account, region, name)
    const consumer = stream?.entry.consumers.find(
      (entry) => entry.name === address.name && entry.createdSecond === address.creationSecond,
    )
    if (!stream || !consumer) return err(consumerNotFound(address.name, address.stream))
    if (!stream.isServing) return err({ kind: 'StreamNotFound', stream: name, account })
    const index = parseShardId(ShardId)
    const shard = index === undefined ? undefined : stream.shard(index)
    if (!shard && index !== undefined && stream.expects(index)) return err(noOwner)
    if (!shard) return err({ kind: 'ShardNotFound', shardId: ShardId, stream: name, account })
    return ok({ consumer, stream: stream.entry, shard })
  }

  private position(input: SubscribeToShardInput, { stream, shard }: Subscribed): Result<ReadFrom | 'latest', DomainError> {
    const { Type = '', SequenceNumber, Timestamp } = input.StartingPosition ?? {}
    const position = { type: Type, sequenceNumber: SequenceNumber, timestamp: Timestamp }
    return startOffset(position, { stream, shard, nowMs: this.nowMs(), operation: 'SubscribeToShard' })
  }

  private async begin(
    { request }: CallContext,
    owner: ShardOwner,
    subscribed: Subscribed,
    from: ReadFrom | 'latest',
    dryRun: boolean,
  ): Promise<Result<EventSource, DomainError>> {
    const { stream, shard, consumer } = subscribed
    const reply = await owner.subscribe({
      shard: { streamId: stream.id, shard: shard.index },
      consumer,
      from: from === 'latest' ? { kind: 'latest' } : from,
      reader: request.reader.id,
      dryRun,
    })
    switch (reply.kind) {
      case 'subscribed':
        return ok(this.opened(request.signal, owner, subscribed, reply.subscription))
      case 'passed':
        return err({ kind: 'DryRunPassed', operation: 'SubscribeToShard' })
      case 'refused':
        return err(subscriptionRefusal(reply.decision, subscriptionNameOf(subscribed)))
      case 'notOwner':
        return err(noOwner)
      case 'Unavailable':
        return err(reply)
    }
  }

  private opened(gone: AbortSignal, owner: ShardOwner, subscribed: Subscribed, subscription: SubscriptionId): EventSource {
    const { map, nowMs } = this
    const onEnd = () => void this.open.delete(events)
    const events = new SubscriptionEvents({ owner, map, subscribed, subscription, nowMs, onEnd })
    this.open.add(events)
    // A client may be gone before the first event is asked for.
    if (gone.aborted || this.isStopping) events.cancel()
    else gone.addEventListener('abort', () => events.cancel(), { once: true })
    return events
  }
}
