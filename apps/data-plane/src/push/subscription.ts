import type { AnswerNeed, AnswerReader, AnswerRoom } from '@millrace/aws-wire'
import { limits } from '@millrace/model'
import type { ReadFrom, ShardPage, SubscriptionEnd, SubscriptionId, SubscriptionStep, TokenBucket } from '@millrace/streams'

/** A shard as a subscription reads it. */
export interface PushedShard {
  /** One behind the last durable record. */
  readonly nextOffset: number
  /** No record follows. */
  readonly sealed: boolean
  /** At once from memory, or later from the log; without records where there is none from there on. */
  pageFrom(from: ReadFrom): ShardPage | Promise<ShardPage>
}

/** How long a page stands in line at a time; it asks again then. */
const roomWaitMs = 10_000
/** A whole event as text, base64 and all. */
const eventBytes = Math.ceil((limits.subscriptionEventBytesMax * 4) / 3)
const need: AnswerNeed = { bytes: eventBytes, shortBytes: eventBytes }
/** Whoever takes nothing is found out sooner, where there are records: what comes slowly is no sign against a reader. */
const provenAfterMs = 10_000
/** The lane that sends a page counts it by then. */
const handOverMsMax = 1_000
/** How long a subscription waits for its rate at a time: what it owes may be more than a timer can count. */
const rateWaitMsMax = 1_000

interface Waiting {
  readonly resolve: (step: SubscriptionStep) => void
  readonly reject: (error: unknown) => void
}

/**
 * One subscription in the lane that owns the shard: a position, and whether its reader waits for what comes next. It holds no
 * records. A page is made when the reader waits and there is something for him, which is the moment at which it becomes durable,
 * or when he asks, whichever is later.
 */
export class Subscription {
  private waiting: Waiting | undefined
  private reading = false
  private ended: SubscriptionEnd | undefined
  private refill: NodeJS.Timeout | undefined
  /** Of the last page; before the first, of the begin. */
  private pageMs: number
  private readonly beganMs: number
  /** Of the page that its reader has not come back from. */
  private untakenBytes = 0
  /** Of it, what the lane that sends it may not count yet. */
  private handedBytes = 0

  constructor(
    private readonly parts: SubscriptionParts,
    private from: ReadFrom,
  ) {
    this.beganMs = this.pageMs = parts.nowMs()
  }

  get id(): SubscriptionId {
    return this.parts.id
  }

  next(): Promise<SubscriptionStep> {
    if (this.untakenBytes > 0) this.taken()
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) return resolve({ kind: 'ended', reason: this.ended })
      this.waiting = { resolve, reject }
      this.advance()
    })
  }

  /** Gives the reader a page, if he waits, may have it, and there is something to say. */
  advance(): void {
    if (this.waiting === undefined || this.reading || this.refill !== undefined || !this.hasNews()) return
    const waitMs = this.parts.rate?.waitMs(this.parts.nowMs()) ?? 0
    if (waitMs > 0) this.waitForRate(waitMs)
    else this.givePage()
  }

  /** Called about once a second: the end of its time, and signs of life on a silent shard. */
  tick(): void {
    const nowMs = this.parts.nowMs()
    const sinceMs = nowMs - this.pageMs
    if (this.handedBytes > 0 && (sinceMs >= handOverMsMax || sinceMs < 0)) this.handedOver()
    if (nowMs >= this.parts.endMs) this.end('timeIsUp')
    else this.advance()
  }

  end(reason: SubscriptionEnd): void {
    if (this.ended !== undefined) return
    this.ended = reason
    clearTimeout(this.refill)
    this.letGo()
    this.settle({ kind: 'ended', reason })
    this.parts.onEnd()
  }

  private hasNews(): boolean {
    const { shard } = this.parts
    return shard.sealed || this.isBehind || this.wasSilentLong()
  }

  private wasSilentLong(): boolean {
    const silentMs = this.parts.nowMs() - this.pageMs
    // Below 0 the clock was set back: nobody is to wait until it has caught up.
    return silentMs >= limits.subscriptionSilenceMs || silentMs < 0
  }

  private get isBehind(): boolean {
    return this.from.kind === 'timestamp' || this.from.offset < this.parts.shard.nextOffset
  }

  /** Over its rate a subscription waits, where a caller of GetRecords is refused. */
  private waitForRate(waitMs: number): void {
    const again = () => {
      this.refill = undefined
      this.advance()
    }
    this.refill = setTimeout(again, Math.min(waitMs, rateWaitMsMax))
  }

  /**
   * What holds records waits for room in the budget of answers: a thousand readers at once are not a thousand pages. It is made when
   * there is room for the largest, as it may have grown meanwhile; one record that is larger still counts as that.
   */
  private givePage(): void {
    const { room, reader } = this.parts
    this.reading = true
    const page = this.isBehind ? room.holding(reader, need, roomWaitMs, () => this.read()) : this.read()
    page.then(
      (read) => {
        this.reading = false
        if (read) this.give(read)
        else this.advance()
      },
      (error) => {
        this.reading = false
        this.fail(error)
      },
    )
  }

  /** It counts as handed over before it counts no more as being made. */
  private async read(): Promise<ShardPage | undefined> {
    if (this.ended !== undefined) return undefined
    const page = await this.parts.shard.pageFrom(this.from)
    if (this.ended === undefined) this.holds(page.batches.reduce((bytes, batch) => bytes + batch.records.length, 0))
    return page
  }

  private give(page: ShardPage): void {
    if (this.ended !== undefined) return
    const isFoundOnly = this.from.kind === 'timestamp' && page.batches.length === 0 && !page.atEnd
    this.from = { kind: 'offset', offset: page.nextOffset }
    // Where a time is, was looked for: that nothing lies there yet is no news.
    if (isFoundOnly && !this.wasSilentLong()) return this.advance()
    this.pageMs = this.parts.nowMs()
    this.parts.rate?.take(this.untakenBytes)
    this.settle(page)
    if (page.atEnd) this.end('shardEnd')
  }

  private holds(bytes: number): void {
    this.untakenBytes = this.handedBytes = bytes
    this.parts.reader.heldBytes += bytes
    if (bytes > 0) this.parts.room.beginHandOver(bytes)
  }

  private letGo(): void {
    this.parts.reader.heldBytes -= this.untakenBytes
    this.untakenBytes = 0
    if (this.handedBytes > 0) this.handedOver()
  }

  private handedOver(): void {
    this.parts.room.endHandOver(this.handedBytes)
    this.handedBytes = 0
  }

  /** Its reader has come back for more. */
  private taken(): void {
    const { reader, nowMs } = this.parts
    reader.took(this.untakenBytes)
    this.letGo()
    if (nowMs() - this.beganMs >= provenAfterMs) reader.prove()
  }

  private fail(error: unknown): void {
    const { waiting } = this
    this.waiting = undefined
    waiting?.reject(error)
    this.end('left')
  }

  private settle(step: SubscriptionStep): void {
    const { waiting } = this
    this.waiting = undefined
    waiting?.resolve(step)
  }
}

export interface SubscriptionParts {
  readonly id: SubscriptionId
  readonly shard: PushedShard
  readonly room: AnswerRoom
  /** Of the connection on which its reader is. */
  readonly reader: AnswerReader
  readonly nowMs: () => number
  readonly endMs: number
  /** Bytes; shared by all subscriptions that the consumer has to this shard one after the other. Undefined: no limits. */
  readonly rate: TokenBucket | undefined
  readonly onEnd: () => void
}
