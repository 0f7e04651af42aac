import type { SubscriptionId, SubscriptionStep } from '@millrace/streams'
import { PushReaders } from './push-readers.js'
import type { SubscriptionIds } from './shard-subscriptions.js'
import type { Subscription } from './subscription.js'

/** The subscriptions to all shards of a lane, by id. One that has ended stays until its reader has heard why, or has left. */
export class LaneSubscriptions implements SubscriptionIds {
  readonly readers = new PushReaders()
  private readonly byId = new Map<SubscriptionId, Subscription>()
  private lastId = 0
  private stopping = false

  get count(): number {
    return this.byId.size
  }

  nextId(): SubscriptionId {
    return ++this.lastId
  }

  begun(subscription: Subscription): void {
    this.byId.set(subscription.id, subscription)
  }

  async next(id: SubscriptionId): Promise<SubscriptionStep> {
    const subscription = this.byId.get(id)
    if (!subscription) return { kind: 'ended', reason: 'left' }
    const step = await subscription.next()
    if (step.kind === 'ended') this.byId.delete(id)
    return step
  }

  unsubscribe(id: SubscriptionId): void {
    this.byId.get(id)?.end('left')
    this.byId.delete(id)
  }

  /** Called about once a second, for all of them: thousands that are idle cost one timer. */
  tick(): void {
    for (const subscription of this.byId.values()) subscription.tick()
  }

  get isStopping(): boolean {
    return this.stopping
  }

  /** Readers are sent away in good order, to go on elsewhere or later. */
  stop(): void {
    this.stopping = true
    for (const subscription of this.byId.values()) subscription.end('stopping')
  }
}
