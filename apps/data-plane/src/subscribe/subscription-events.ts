import type { ChildShard, EventSource, OutputEvent } from '@millrace/aws-wire'
import type { ShardMap, ShardOwner, ShardPage, SubscriptionId } from '@millrace/streams'
import { childShardsOf } from '../get/child-shards.js'
import { pageBatchOf } from '../get/page-batch.js'
import { continuationOf } from './continuation.js'
import type { Subscribed } from './subscribed.js'

/** A closed shard's children are known to this lane so soon after the shard is sealed, or its reader is sent away to ask again. */
const childrenMsMax = 30_000

/** The events of one subscription, in the lane that holds its connection. */
export class SubscriptionEvents implements EventSource {
  private isAtEnd = false
  private readonly over = new AbortController()

  constructor(private readonly parts: SubscriptionEventsParts) {}

  async next(): Promise<OutputEvent | undefined> {
    if (this.isOver) return undefined
    if (this.isAtEnd) return this.lastEvent()
    const step = await this.parts.owner.next(this.parts.subscription)
    if (step.kind === 'ended') return this.ended()
    this.isAtEnd = step.atEnd
    return step.atEnd && step.batches.length === 0 ? this.lastEvent() : this.eventOf(step)
  }

  cancel(): void {
    if (this.isOver) return
    this.end()
    this.parts.owner.unsubscribe(this.parts.subscription)
  }

  private get isOver(): boolean {
    return this.over.signal.aborted
  }

  private end(): void {
    this.over.abort()
    this.parts.onEnd()
  }

  private eventOf({ batches, nextOffset, lastArrivalMs, millisBehindLatest }: ShardPage): OutputEvent {
    const { shard } = this.parts.subscribed
    const continuation = continuationOf(shard, nextOffset, lastArrivalMs)
    return {
      member: 'SubscribeToShardEvent',
      value: { ContinuationSequenceNumber: continuation, MillisBehindLatest: millisBehindLatest },
      records: batches.map((batch) => pageBatchOf(batch, shard)),
    }
  }

  /** Without ContinuationSequenceNumber and with children, both or neither: clients take anything else for a broken answer. */
  private async lastEvent(): Promise<OutputEvent | undefined> {
    const children = await this.children()
    this.cancel()
    if (children.length === 0) return undefined
    return { member: 'SubscribeToShardEvent', value: { MillisBehindLatest: 0, ChildShards: children }, records: [] }
  }

  /** The shard is sealed before the map shows its children. */
  private async children(): Promise<ChildShard[]> {
    const { map, subscribed, nowMs } = this.parts
    const untilMs = nowMs() + childrenMsMax
    while (!this.isOver) {
      const stream = map.byStreamId(subscribed.stream.id)
      const children = stream ? childShardsOf(stream, subscribed.shard.index) : []
      const leftMs = untilMs - nowMs()
      if (children.length > 0 || !stream || leftMs <= 0) return children
      await map.nextRevision(leftMs, map.revision, this.over.signal)
    }
    return []
  }

  /** Whatever the reason, the reader is told by the end alone: AWS sends no exception to whose subscription was taken over, either. */
  private ended(): undefined {
    this.end()
    return undefined
  }
}

export interface SubscriptionEventsParts {
  readonly owner: ShardOwner
  readonly map: ShardMap
  readonly subscribed: Subscribed
  readonly subscription: SubscriptionId
  readonly nowMs: () => number
  /** Called once, whichever way it ends. */
  readonly onEnd: () => void
}
