import type { AnswerRoom } from '@millrace/aws-wire'
import {
  type LogBatch,
  type LogPage,
  type LogStore,
  PageBuilder,
  type ReadLimit,
  type RetentionClass,
  retentionClassOf,
  type ShardState,
} from '@millrace/log-store'
import { type Clock, limits, recordHeaderBytes, type ShardKey, type ThroughputLimits } from '@millrace/model'
import type {
  AppendPartReply,
  IteratorReply,
  LogBatchView,
  ReadFrom,
  ReadReply,
  ReadRequest,
  ShardPage,
  SubscriptionEnd,
} from '@millrace/streams'
import type { LaneMeters } from '../metrics/lane-meters.js'
import { Traffic } from '../metrics/traffic.js'
import { ShardSubscriptions } from '../push/shard-subscriptions.js'
import type { PushedShard } from '../push/subscription.js'
import { type ArrivalTerms, arrivalMsIn } from './arrival-time.js'
import { ShardRates, withoutRecords } from './shard-rates.js'
import type { ShardTail } from './tail.js'

/** What a shard needs to know of itself and its stream; changes with the shard map. */
export interface ShardTerms extends ArrivalTerms {
  readonly retentionHours: number
}

/**
 * One shard in the lane that owns it: admits, appends, and reads from the tail in memory or, behind it, from the log. The tail is
 * fed by the log, in offset order and only with what is durable.
 */
export class OwnedShard implements PushedShard {
  readonly traffic: Traffic
  readonly subscriptions: ShardSubscriptions
  private readonly rates: ShardRates | undefined
  private terms: ShardTerms
  private retention: RetentionClass
  sealed: boolean
  /** Durable end of the shard. */
  nextOffset: number
  private lastArrivalMs: number
  private trimmedBeforeMs = 0
  private unfollow = () => {}

  private constructor(
    private readonly parts: OwnedShardParts,
    state: ShardState,
  ) {
    this.traffic = new Traffic(parts.meters.traffic)
    this.rates = parts.throughput && new ShardRates(parts.throughput, parts.clock.nowMs())
    this.terms = parts.terms
    this.retention = retentionClassOf(parts.terms.retentionHours)
    this.sealed = state.sealed
    this.nextOffset = state.nextOffset
    this.lastArrivalMs = state.lastArrivalMs
    this.subscriptions = new ShardSubscriptions({
      shard: this,
      room: parts.room,
      nowMs: () => parts.clock.nowMs(),
      throughput: parts.throughput,
    })
  }

  static async open(parts: OwnedShardParts): Promise<OwnedShard> {
    const shard = new OwnedShard(parts, await parts.store.open(parts.key))
    shard.unfollow = parts.store.follow(parts.key, (batch) => shard.onDurable(batch))
    return shard
  }

  setTerms(terms: ShardTerms): void {
    this.terms = terms
    this.retention = retentionClassOf(terms.retentionHours)
  }

  /** The lane has it no more; `reason`: what its subscribers are told. */
  close(reason: SubscriptionEnd): void {
    this.subscriptions.endAll(reason)
    this.unfollow()
    this.parts.tail.close()
  }

  /** Records whose retention is over are not shown any more. */
  trim(): void {
    this.parts.store.trim(this.parts.key, this.horizonMs())
  }

  async append(block: Buffer, recordCount: number): Promise<AppendPartReply> {
    const nowMs = this.parts.clock.nowMs()
    const throttled = this.rates?.throttledOf(block, nowMs) ?? []
    if (throttled.length > 0) this.traffic.refusedRecords(throttled.length)
    if (throttled.length === recordCount) return { kind: 'throttled' }
    const records = throttled.length > 0 ? withoutRecords(block, throttled) : block
    const admitted = recordCount - throttled.length
    const startedMs = performance.now()
    const outcome = await this.parts.store.append({
      shard: this.parts.key,
      records,
      recordCount: admitted,
      nowMs: arrivalMsIn(this.terms, nowMs),
      retention: this.retention,
    })
    switch (outcome.kind) {
      case 'appended': {
        const { baseOffset, arrivalMs, encrypted = false } = outcome
        this.parts.meters.appendSeconds.observeSince(startedMs)
        this.traffic.wrote(admitted, records.length - admitted * recordHeaderBytes)
        return { kind: 'appended', baseOffset, arrivalMs, encrypted, ...(throttled.length > 0 ? { throttled } : {}) }
      }
      case 'sealed':
        return { kind: 'sealed' }
      case 'failed':
        return { kind: 'Unavailable', outcome: outcome.outcome, reason: outcome.reason }
    }
  }

  /**
   * Closes the shard. Only when the seal is durable does a reader meet the end: before, records that came earlier may still be on their
   * way to the disk. Resolves with the arrival time of the last record, 0 where there never was one.
   */
  async seal(): Promise<number> {
    await this.parts.store.seal(this.parts.key)
    this.onSealed()
    return this.lastArrivalMs
  }

  async read(request: ReadRequest): Promise<ReadReply> {
    const by = this.rates?.refusedRead(this.parts.clock.nowMs())
    if (by) {
      this.traffic.refusedRead()
      return { kind: 'throttled', by }
    }
    const page = this.readTail(request.from, request) ?? (await this.readLog(request.from, request))
    this.rates?.paid(page.batches.reduce((sum, batch) => sum + batch.records.length, 0))
    return this.toPage(page)
  }

  /** For subscribers, who pay by another rate. */
  pageFrom(from: ReadFrom): ShardPage | Promise<ShardPage> {
    const page = this.readTail(from, pushed)
    return page ? this.toPage(page) : this.readLog(from, pushed).then((read) => this.toPage(read))
  }

  admitIterator(): IteratorReply {
    if (this.rates?.refusesIterator(this.parts.clock.nowMs())) return { kind: 'throttled' }
    return { kind: 'admitted', nextOffset: this.nextOffset }
  }

  private onDurable(batch: LogBatch): void {
    this.parts.tail.push(batch)
    this.nextOffset = batch.baseOffset + batch.recordCount
    this.lastArrivalMs = batch.arrivalMs
    this.subscriptions.wake()
  }

  private onSealed(): void {
    this.sealed = true
    this.subscriptions.wake()
  }

  /** Undefined where the tail begins after the position, or the position is a time, which the log's index answers. */
  private readTail(from: ReadFrom, limit: ReadLimit): LogPage | undefined {
    if (from.kind !== 'offset') return undefined
    const builder = new PageBuilder(from, limit, this.horizonMs())
    if (from.offset < this.nextOffset) {
      const batches = this.parts.tail.batchesFrom(from.offset)
      if (!batches) return undefined
      for (const batch of batches) if (!builder.add(batch)) break
    }
    return builder.finish({ endOffset: this.nextOffset, lastArrivalMs: this.lastArrivalMs, sealed: this.sealed })
  }

  private readLog(from: ReadFrom, { recordsMax, bytesMax }: ReadLimit): Promise<LogPage> {
    this.trim()
    return this.parts.store.read(this.parts.key, from, { recordsMax, bytesMax })
  }

  private count({ batches }: LogPage, ageMs: number): void {
    let records = 0
    let bytes = 0
    for (const batch of batches) {
      records += batch.recordCount
      bytes += batch.records.length
    }
    this.traffic.read(records, bytes - records * recordHeaderBytes, ageMs)
  }

  private toPage(page: LogPage): ShardPage {
    const isCaughtUp = page.nextOffset >= page.endOffset
    const lastArrivalMs = page.batches.at(-1)?.arrivalMs ?? page.lastArrivalMs
    const nowMs = this.parts.clock.nowMs()
    this.count(page, isCaughtUp ? 0 : Math.max(0, nowMs - lastArrivalMs))
    return {
      kind: 'page',
      batches: page.batches.map(toView),
      nextOffset: page.nextOffset,
      lastArrivalMs,
      millisBehindLatest: isCaughtUp ? 0 : wholeSecondsMs(lastArrivalMs, nowMs),
      atEnd: page.sealed && isCaughtUp,
    }
  }

  /** Never goes back, as the log's does not: neither a clock that was set back nor a longer retention shows again what was gone. */
  private horizonMs(): number {
    const horizonMs = this.parts.clock.nowMs() - this.terms.retentionHours * 3_600_000
    this.trimmedBeforeMs = Math.max(this.trimmedBeforeMs, horizonMs)
    return this.trimmedBeforeMs
  }
}

/** What one event holds at the most. */
const pushed: ReadLimit = { recordsMax: limits.recordsPerGetMax, bytesMax: limits.subscriptionEventBytesMax }

/** As AWS counts, from second to second; never 0, by which readers know that they have reached the end. */
function wholeSecondsMs(sinceMs: number, nowMs: number): number {
  return Math.max(1, Math.floor(nowMs / 1000) - Math.floor(sinceMs / 1000)) * 1000
}

function toView({ baseOffset, recordCount, arrivalMs, records, decrypted }: LogBatch): LogBatchView {
  return { baseOffset, recordCount, arrivalMs, records, encrypted: decrypted === true }
}

export interface OwnedShardParts {
  readonly key: ShardKey
  readonly store: LogStore
  readonly tail: ShardTail
  readonly clock: Clock
  readonly terms: ShardTerms
  /** Undefined: lifted, and call rates too. */
  readonly throughput: ThroughputLimits | undefined
  readonly meters: LaneMeters
  /** For pages that are pushed. */
  readonly room: AnswerRoom
}
