import type { AnswerRoom } from '@millrace/aws-wire'
import type { LogStore } from '@millrace/log-store'
import type { Clock, ShardIndex, ShardKey, StreamId, ThroughputLimits, UnavailableError } from '@millrace/model'
import type {
  AppendPart,
  AppendPartReply,
  AppendReply,
  AppendRequest,
  ClusterStateUpdate,
  IteratorReply,
  LaneAddress,
  ReadReply,
  ReadRequest,
  SealReply,
  ShardMap,
  ShardOwner,
  StreamEntry,
  SubscribeReply,
  SubscribeRequest,
  SubscriptionId,
  SubscriptionStep,
} from '@millrace/streams'
import type { LaneMeters } from '../metrics/lane-meters.js'
import { type ShardSample, shardSamples } from '../metrics/shard-metrics.js'
import { LaneSubscriptions } from '../push/lane-subscriptions.js'
import { OwnedShard, type ShardTerms } from './owned-shard.js'
import type { Tail } from './tail.js'

/** After every arrival. */
const endOfTimeMs = Number.MAX_SAFE_INTEGER

/**
 * The shards of one lane. A shard is opened by the first request that needs it, and only if the shard map gives it to this lane;
 * it is let go when the map takes it away or its stream is deleted, whose records are then deleted too.
 */
export class LaneShards implements ShardOwner {
  readonly subscriptions = new LaneSubscriptions()
  private readonly streams = new Map<StreamId, Map<ShardIndex, Promise<OwnedShard>>>()

  constructor(private readonly parts: LaneShardsParts) {}

  async append(request: AppendRequest): Promise<AppendReply> {
    const parts = request.parts.map((part) => this.appendPart(request.buffer, part))
    return { parts: await Promise.all(parts) }
  }

  async read(request: ReadRequest): Promise<ReadReply> {
    const shard = await this.opened(request.shard)
    return shard instanceof OwnedShard ? shard.read(request) : shard
  }

  async admitIterator(key: ShardKey): Promise<IteratorReply> {
    const shard = await this.opened(key)
    return shard instanceof OwnedShard ? shard.admitIterator() : shard
  }

  seal(keys: readonly ShardKey[]): Promise<SealReply[]> {
    return Promise.all(keys.map((key) => this.sealOne(key)))
  }

  async subscribe(request: SubscribeRequest): Promise<SubscribeReply> {
    const shard = await this.opened(request.shard)
    if (!(shard instanceof OwnedShard)) return shard
    if (this.subscriptions.isStopping) return { kind: 'Unavailable', outcome: 'none', reason: 'the lane stops' }
    return shard.subscriptions.subscribe(request, this.isActive(request), this.subscriptions)
  }

  next(subscription: SubscriptionId): Promise<SubscriptionStep> {
    return this.subscriptions.next(subscription)
  }

  unsubscribe(subscription: SubscriptionId): void {
    this.subscriptions.unsubscribe(subscription)
  }

  /** Called after the shard map took the update, with what the map has given up for it. */
  onUpdate(update: ClusterStateUpdate, replaced: readonly StreamEntry[]): void {
    for (const id of update.removedStreams) this.forget(id)
    if (update.complete) {
      for (const id of this.parts.store.streams()) if (!this.parts.map.byStreamId(id)) this.forget(id)
    }
    for (const entry of update.streams) {
      this.eachOf(entry.id, (shard) => shard.subscriptions.onStream(entry))
      this.heedMap(entry.id)
    }
    for (const before of replaced) this.trimGone(before)
  }

  /** Trims every shard of the lane, also those that nobody asks for; called at an interval, so that files go when nothing in them lives. */
  trim(): void {
    const { map, address, store, clock } = this.parts
    for (const { entry } of map.streams()) {
      const horizonMs = clock.nowMs() - entry.retentionHours * 3_600_000
      for (const { owner, index } of entry.shards) {
        if (isSame(owner, address)) store.trim({ streamId: entry.id, shard: index }, horizonMs)
      }
    }
  }

  /**
   * A shard is gone from its stream when the retention of all in it is over: nobody else trims it to its end. Not by the clock, as records
   * may have arrived later than it says now, if it was set back.
   */
  private trimGone({ id, shards }: StreamEntry): void {
    const { map, address, store } = this.parts
    const now = map.byStreamId(id)
    if (!now?.isServing) return
    for (const { owner, index } of shards) {
      if (isSame(owner, address) && !now.shard(index)) store.trim({ streamId: id, shard: index }, endOfTimeMs)
    }
  }

  /** Of the shards that are open, the metrics that are on for their streams. */
  async samples(): Promise<ShardSample[]> {
    const monitored = [...this.parts.map.streams()].filter(({ entry }) => entry.shardLevelMetrics.length > 0)
    const samples = monitored.flatMap(({ entry }) => {
      return [...(this.streams.get(entry.id) ?? [])].map(async ([index, opening]) => {
        const shard = await opening.catch(() => undefined)
        return shard ? shardSamples(entry, index, shard.traffic) : []
      })
    })
    return (await Promise.all(samples)).flat()
  }

  private async sealOne(key: ShardKey): Promise<SealReply> {
    try {
      const shard = await this.opened(key)
      return shard instanceof OwnedShard ? { kind: 'sealed', lastArrivalMs: await shard.seal() } : shard
    } catch (error) {
      return { kind: 'Unavailable', outcome: 'unknown', reason: String(error) }
    }
  }

  private isActive({ shard, consumer }: SubscribeRequest): boolean {
    const consumers = this.parts.map.byStreamId(shard.streamId)?.entry.consumers ?? []
    return consumers.some(
      ({ name, createdSecond, status }) =>
        name === consumer.name && createdSecond === consumer.createdSecond && status === 'ACTIVE',
    )
  }

  private async appendPart(buffer: ArrayBuffer, part: AppendPart): Promise<AppendPartReply> {
    const shard = await this.opened(part.shard)
    if (!(shard instanceof OwnedShard)) return shard
    return shard.append(Buffer.from(buffer, part.byteOffset, part.byteLength), part.recordCount)
  }

  /** Or why the shard cannot be used: another lane has it, or what the log keeps of it cannot be read now. */
  private async opened(key: ShardKey): Promise<OwnedShard | { readonly kind: 'notOwner' } | UnavailableError> {
    const opening = this.streams.get(key.streamId)?.get(key.shard) ?? this.openOwned(key)
    if (!opening) return { kind: 'notOwner' }
    try {
      return await opening
    } catch (error) {
      return { kind: 'Unavailable', outcome: 'none', reason: `the shard cannot be opened: ${error}` }
    }
  }

  private openOwned(key: ShardKey): Promise<OwnedShard> | undefined {
    const { store, tail, clock, throughput, meters, room } = this.parts
    const terms = this.termsOf(key)
    if (!terms) return undefined
    const shards = this.streams.get(key.streamId) ?? new Map<ShardIndex, Promise<OwnedShard>>()
    this.streams.set(key.streamId, shards)
    const opening = OwnedShard.open({ key, store, tail: tail.shard(), clock, terms, throughput, meters, room })
    shards.set(key.shard, opening)
    opening.catch(() => shards.get(key.shard) === opening && shards.delete(key.shard))
    return opening
  }

  private heedMap(streamId: StreamId): void {
    const shards = this.streams.get(streamId)
    for (const [shard, opening] of shards ?? []) {
      const terms = this.termsOf({ streamId, shard })
      if (!terms) shards?.delete(shard)
      const heed = (owned: OwnedShard) => (terms ? owned.setTerms(terms) : owned.close('stopping'))
      opening.then(heed, () => {})
    }
  }

  /** Undefined where the map does not give the shard to this lane, as while its stream is DELETING, or when its retention is over. */
  private termsOf({ streamId, shard }: ShardKey): ShardTerms | undefined {
    const stream = this.parts.map.byStreamId(streamId)
    const entry = stream?.shard(shard)
    if (!stream || !entry || !isSame(entry.owner, this.parts.address)) return undefined
    return { ...entry, retentionHours: stream.entry.retentionHours }
  }

  private forget(id: StreamId): void {
    this.eachOf(id, (shard) => shard.close('streamGone'))
    this.streams.delete(id)
    this.parts.store.deleteStream(id)
  }

  private eachOf(id: StreamId, act: (shard: OwnedShard) => void): void {
    for (const shard of this.streams.get(id)?.values() ?? []) shard.then(act, () => {})
  }
}

function isSame(one: LaneAddress, other: LaneAddress): boolean {
  return one.node === other.node && one.lane === other.lane
}

export interface LaneShardsParts {
  readonly address: LaneAddress
  readonly map: ShardMap
  readonly store: LogStore
  readonly tail: Tail
  readonly clock: Clock
  /** Undefined: lifted. */
  readonly throughput: ThroughputLimits | undefined
  readonly meters: LaneMeters
  /** For pages that are pushed. */
  readonly room: AnswerRoom
}
