import { type LogBatch, type LogStore, type RetentionClass, retentionClassOf, type ShardState } from '@millrace/log-store'
import type { Clock, ShardKey } from '@millrace/model'
import type { AppendPartReply, EndReply, ReadReply, ReadRequest } from '@millrace/streams'
import { Page } from './page.js'
import { ShardRates, withoutRecords } from './shard-rates.js'
import type { ShardTail } from './tail.js'

/** What a shard needs to know of its stream; changes with the shard map. */
export interface ShardTerms {
  readonly retentionHours: number
}

/**
 * One shard in the lane that owns it: admits, appends, and reads from the tail in memory or, behind it, from the log. The tail is
 * fed by the log, in offset order and only with what is durable.
 */
export class OwnedShard {
  private readonly rates: ShardRates | undefined
  private terms: ShardTerms
  private retention: RetentionClass
  private sealed: boolean
  /** Durable end of the shard. */
  private nextOffset: number
  private lastArrivalMs: number

  private constructor(
    private readonly parts: OwnedShardParts,
    state: ShardState,
  ) {
    this.rates = parts.limited ? new ShardRates(parts.clock.nowMs()) : undefined
    this.terms = parts.terms
    this.retention = retentionClassOf(parts.terms.retentionHours)
    this.sealed = state.sealed
    this.nextOffset = state.nextOffset
    this.lastArrivalMs = state.lastArrivalMs
  }

  static async open(parts: OwnedShardParts): Promise<OwnedShard> {
    const shard = new OwnedShard(parts, await parts.store.open(parts.key))
    parts.store.follow(parts.key, (batch) => shard.onDurable(batch))
    return shard
  }

  setTerms(terms: ShardTerms): void {
    this.terms = terms
    this.retention = retentionClassOf(terms.retentionHours)
  }

  close(): void {
    this.parts.store.unfollow(this.parts.key)
    this.parts.tail.close()
  }

  /** Records whose retention is over are not shown any more. */
  trim(): void {
    this.parts.store.trim(this.parts.key, this.horizonMs())
  }

  async append(block: Buffer, recordCount: number): Promise<AppendPartReply> {
    const nowMs = this.parts.clock.nowMs()
    const throttled = this.rates?.throttledOf(block, nowMs) ?? []
    if (throttled.length === recordCount) return { kind: 'throttled' }
    const records = throttled.length > 0 ? withoutRecords(block, throttled) : block
    const admitted = recordCount - throttled.length
    const outcome = await this.parts.store.append({
      shard: this.parts.key,
      records,
      recordCount: admitted,
      nowMs,
      retention: this.retention,
    })
    switch (outcome.kind) {
      case 'appended': {
        const { baseOffset, arrivalMs } = outcome
        return { kind: 'appended', baseOffset, arrivalMs, ...(throttled.length > 0 ? { throttled } : {}) }
      }
      case 'sealed':
        this.sealed = true
        return { kind: 'sealed' }
      case 'failed':
        return { kind: 'Unavailable', outcome: outcome.outcome, reason: outcome.reason }
    }
  }

  async read(request: ReadRequest): Promise<ReadReply> {
    const by = this.rates?.refusedRead(this.parts.clock.nowMs())
    if (by) return { kind: 'throttled', by }
    const reply = this.readTail(request) ?? (await this.readLog(request))
    if (this.rates && reply.kind === 'page') this.rates.paid(reply.batches.reduce((sum, batch) => sum + batch.records.length, 0))
    return reply
  }

  end(): EndReply {
    return { kind: 'end', nextOffset: this.nextOffset, sealed: this.sealed }
  }

  private onDurable(batch: LogBatch): void {
    this.parts.tail.push(batch)
    this.nextOffset = batch.baseOffset + batch.recordCount
    this.lastArrivalMs = batch.arrivalMs
  }

  /** Undefined where the tail begins after the position, or by time, which the log's index answers. */
  private readTail(request: ReadRequest): ReadReply | undefined {
    const { from } = request
    if (from.kind !== 'offset') return undefined
    if (from.offset >= this.nextOffset) return this.pageOf(new Page(0, 0, from.offset))
    const found = this.parts.tail.batchesFrom(from.offset)
    if (!found) return undefined
    if (found.batches[found.at].arrivalMs < this.horizonMs()) return undefined
    const page = new Page(request.recordsMax, request.bytesMax, Math.max(from.offset, found.batches[found.at].baseOffset))
    for (let at = found.at; at < found.batches.length && page.add(found.batches[at]); at++);
    return this.pageOf(page)
  }

  private async readLog(request: ReadRequest): Promise<ReadReply> {
    this.trim()
    const read = await this.parts.store.read(this.parts.key, request.from, {
      recordsMax: request.recordsMax,
      bytesMax: request.bytesMax,
    })
    const first = read.batches.length > 0 ? read.batches[0].baseOffset + read.batches[0].skip : read.nextOffset
    const page = new Page(request.recordsMax, request.bytesMax, first)
    for (const batch of read.batches) {
      page.nextOffset = Math.max(page.nextOffset, batch.baseOffset + batch.skip)
      if (!page.add(batch)) return this.pageOf(page)
    }
    page.nextOffset = Math.max(page.nextOffset, read.nextOffset)
    return this.pageOf(page)
  }

  private pageOf(page: Page): ReadReply {
    const { nextOffset, sealed } = this
    const isCaughtUp = page.nextOffset >= nextOffset
    return {
      kind: 'page',
      batches: page.batches,
      nextOffset: page.nextOffset,
      millisBehindLatest: isCaughtUp ? 0 : Math.max(0, this.parts.clock.nowMs() - this.lastShownMs(page)),
      atEnd: sealed && isCaughtUp,
    }
  }

  private lastShownMs(page: Page): number {
    return page.batches.at(-1)?.arrivalMs ?? this.lastArrivalMs
  }

  private horizonMs(): number {
    return this.parts.clock.nowMs() - this.terms.retentionHours * 3_600_000
  }
}

export interface OwnedShardParts {
  readonly key: ShardKey
  readonly store: LogStore
  readonly tail: ShardTail
  readonly clock: Clock
  readonly terms: ShardTerms
  /** False: no throughput limits (`MILLRACE_LIMITS=off`). */
  readonly limited: boolean
}
