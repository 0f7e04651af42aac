import type { AnswerRoom } from '@millrace/aws-wire'
import type { LogStore } from '@millrace/log-store'
import type { Clock, ShardIndex, ShardKey, StreamId, ThroughputLimits, UnavailableError } from '@millrace/model'
import type {
  AppendPart,
  AppendPartReply,
  AppendReply,
  AppendRequest,
  AppliedUpdate,
  ChangedStream,
  IteratorReply,
  LaneAddress,
  ReadReply,
  ReadRequest,
  SealReply,
  ShardEntry,
  ShardMap,
  ShardOwner,
  StreamEntry,
  StreamView,
  SubscribeReply,
  SubscribeRequest,
  SubscriptionId,
  SubscriptionStep,
} from '@millrace/streams'
import { inTurns } from '../lane/in-turns.js'
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

  /** Called after the shard map took the update. Resolves when every shard that it is about heeds it; whatever comes meanwhile counts. */
  async onUpdate({ complete, changed, removed }: AppliedUpdate): Promise<void> {
    for (const id of removed) this.forget(id)
    if (complete) {
      for (const id of this.parts.store.streams()) if (!this.parts.map.byStreamId(id)) this.forget(id)
    }
    for (const stream of changed) await this.onStream(stream)
  }

  /** Trims every shard of the lane, also those that nobody asks for; called at an interval, so that files go when nothing in them lives. */
  async trim(): Promise<void> {
    const { map, store, clock } = this.parts
    for (const stream of [...map.streams()]) {
      const { id, retentionHours } = stream.entry
      const horizonMs = clock.nowMs() - retentionHours * 3_600_000
      await inTurns(stream.allShards(), (shard) => {
        if (this.isOurs(shard)) store.trim({ streamId: id, shard: shard.index }, horizonMs)
      })
    }
  }

  private async onStream({ before, after, shards }: ChangedStream): Promise<void> {
    const { id } = after.entry
    const opened = this.streams.get(id)
    if (opened && before && !isSameForReaders(before.entry, after.entry)) {
      await inTurns(opened.values(), (opening) =>
        opening.then(
          (shard) => shard.subscriptions.onStream(after.entry),
          () => {},
        ),
      )
    }
    const isAboutAll = before && before.entry.retentionHours !== after.entry.retentionHours
    if (opened && isAboutAll) await inTurns([...opened.keys()], (shard) => this.heedMap({ streamId: id, shard }))
    await inTurns(shards, (shard) => {
      this.heedMap({ streamId: id, shard })
      this.trimGone({ streamId: id, shard }, before)
    })
  }

  /**
   * A shard is gone from its stream when the retention of all in it is over: nobody else trims it to its end. Not by the clock, as records
   * may have arrived later than it says now, if it was set back.
   */
  private trimGone(key: ShardKey, before: StreamView | undefined): void {
    const { map, store } = this.parts
    const now = map.byStreamId(key.streamId)
    const was = before?.shard(key.shard)
    if (was && this.isOurs(was) && now?.isServing && !now.shard(key.shard)) store.trim(key, endOfTimeMs)
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
    if (!this.entryOf(key)) return { kind: 'notOwner' }
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

  private heedMap(key: ShardKey): void {
    const shards = this.streams.get(key.streamId)
    const opening = shards?.get(key.shard)
    if (!shards || !opening) return
    const terms = this.termsOf(key)
    if (!terms) shards.delete(key.shard)
    const heed = (owned: OwnedShard) => (terms ? owned.setTerms(terms) : owned.close('stopping'))
    opening.then(heed, () => {})
  }

  private termsOf(key: ShardKey): ShardTerms | undefined {
    const stream = this.parts.map.byStreamId(key.streamId)
    const entry = this.entryOf(key)
    return stream && entry && { ...entry, retentionHours: stream.entry.retentionHours }
  }

  /** Undefined where the map does not give the shard to this lane, as while its stream is DELETING, or when its retention is over. */
  private entryOf({ streamId, shard }: ShardKey): ShardEntry | undefined {
    const entry = this.parts.map.byStreamId(streamId)?.shard(shard)
    return entry && this.isOurs(entry) ? entry : undefined
  }

  private isOurs({ owner }: ShardEntry): boolean {
    const { node, lane } = this.parts.address
    return owner.node === node && owner.lane === lane
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

/** Whether nothing has changed that ends a subscription. */
function isSameForReaders(one: StreamEntry, other: StreamEntry): boolean {
  return one.status === other.status && JSON.stringify(one.consumers) === JSON.stringify(other.consumers)
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
