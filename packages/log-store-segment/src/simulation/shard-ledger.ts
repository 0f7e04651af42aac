import type { AppendOutcome, LogPage, ReadPosition, ShardState } from '@millrace/log-store'
import { type Attempt, matches, origin } from './attempt.js'

/** What a reader may expect of a page, noted when the read begins. */
export interface Expectation {
  readonly from: ReadPosition
  /** Has to be in the page as far as the page reaches. */
  readonly owed: readonly Attempt[]
  readonly trimBeforeMs: number
  readonly sealed: boolean
  readonly endOffset: number
}

/** All that was tried with a shard and what came of it; throws where the log breaks a promise. */
export class ShardLedger {
  private readonly attempts = new Map<number, Attempt>()
  /** One behind the highest offset that anybody has learned. */
  private endOffset = 0
  private lastArrivalMs = 0
  private lastAcknowledged = 0
  private trimBeforeMs = 0
  private trimmedInThisLife = 0
  private sealAsked = false
  private sealedAt: number | undefined
  /** The shard's stream was deleted: nothing more is expected of it. */
  isDeleted = false

  constructor(private readonly name: string) {}

  attempted(attempt: Attempt): void {
    this.attempts.set(attempt.number, attempt)
  }

  settled(attempt: Attempt, outcome: AppendOutcome, sealedBefore: boolean): void {
    if (outcome.kind === 'failed') attempt.state = outcome.outcome === 'none' ? 'none' : 'maybe'
    if (outcome.kind === 'sealed') {
      attempt.state = 'none'
      this.demand(this.sealAsked, 'an append found the shard closed that nobody closed')
    }
    if (outcome.kind !== 'appended') return
    const { baseOffset, arrivalMs } = outcome
    this.demand(!sealedBefore, `append ${attempt.number} was acknowledged after the shard was closed`)
    this.demand(attempt.number > this.lastAcknowledged, `append ${attempt.number} was acknowledged after a later one`)
    this.demand(baseOffset >= this.endOffset, `append ${attempt.number} got offset ${baseOffset}, the end was ${this.endOffset}`)
    this.demand(arrivalMs >= Math.max(this.lastArrivalMs, attempt.batch.nowMs), `append ${attempt.number} went back in time`)
    this.demand(this.sealedAt === undefined || baseOffset < this.sealedAt, `append ${attempt.number} lies behind the seal`)
    this.lastAcknowledged = attempt.number
    attempt.state = 'acknowledged'
    this.store(attempt, baseOffset, arrivalMs)
  }

  askSeal(): void {
    this.sealAsked = true
  }

  sealed(endOffset: number): void {
    this.demand(endOffset >= this.endOffset, `the shard was closed at ${endOffset}, its end was ${this.endOffset}`)
    this.demand(
      this.sealedAt === undefined || this.sealedAt === endOffset,
      `the seal moved from ${this.sealedAt} to ${endOffset}`,
    )
    this.sealedAt = endOffset
  }

  get isSealed(): boolean {
    return this.sealedAt !== undefined
  }

  trim(beforeMs: number): void {
    this.trimBeforeMs = Math.max(this.trimBeforeMs, beforeMs)
    this.trimmedInThisLife = Math.max(this.trimmedInThisLife, beforeMs)
  }

  /** The process ended: what was under way may have happened, a trim may be forgotten. */
  processEnded(): void {
    for (const attempt of this.attempts.values()) if (attempt.state === 'pending') attempt.state = 'maybe'
    this.trimmedInThisLife = 0
  }

  expect(from: ReadPosition): Expectation {
    const owed = [...this.attempts.values()].filter(({ stored }) => stored && stored.arrivalMs >= this.trimBeforeMs)
    return { from, owed, trimBeforeMs: this.trimmedInThisLife, sealed: this.isSealed, endOffset: this.endOffset }
  }

  check(page: LogPage, expected: Expectation, life: number): void {
    const offsets = this.offsetsOf(page, expected, life)
    this.demand(page.endOffset >= expected.endOffset, `the end is ${page.endOffset}, it was ${expected.endOffset}`)
    this.demand(page.sealed || !expected.sealed, 'a closed shard is open again')
    for (const { stored, number, batch } of expected.owed) {
      // A trim while the read went on may have hidden it.
      if (!stored || stored.arrivalMs < this.trimBeforeMs) continue
      if (expected.from.kind === 'timestamp' && stored.arrivalMs < expected.from.arrivalMs) continue
      const first = expected.from.kind === 'offset' ? expected.from.offset : 0
      for (let place = 0; place < batch.recordCount; place++) {
        const offset = stored.baseOffset + place
        if (offset < first || offset >= page.nextOffset) continue
        this.demand(offsets.has(offset), `record ${place} of append ${number} at offset ${offset} is lost`)
      }
    }
  }

  checkState(state: ShardState, expected: Expectation): void {
    this.demand(state.nextOffset >= expected.endOffset, `the end is ${state.nextOffset}, it was ${expected.endOffset}`)
    this.demand(state.sealed || !expected.sealed, 'a closed shard is open again')
    this.demand(state.trimOffset <= state.nextOffset, `trimmed up to ${state.trimOffset}, behind the end ${state.nextOffset}`)
    const shown = expected.owed.find(({ stored }) => {
      return stored && stored.arrivalMs >= this.trimBeforeMs && stored.baseOffset < state.trimOffset
    })
    this.demand(!shown, `append ${shown?.number} can be read, and the shard is trimmed up to ${state.trimOffset}`)
  }

  /** Checks every record of a page, and returns their offsets. */
  private offsetsOf(page: LogPage, expected: Expectation, life: number): Set<number> {
    const offsets = new Set<number>()
    let previous = expected.from.kind === 'offset' ? expected.from.offset - 1 : -1
    for (const batch of page.batches) {
      const { number, place } = origin(batch)
      const attempt = this.attempts.get(number)
      this.demand(attempt !== undefined && matches(attempt, batch, place), `append ${number} reads otherwise than it was written`)
      if (!attempt) continue
      const isShown = attempt.state === 'acknowledged' || (attempt.state === 'maybe' && attempt.life < life)
      this.demand(isShown, `append ${number} is shown, and its outcome was ${attempt.state}`)
      this.demand(batch.arrivalMs >= expected.trimBeforeMs, `append ${number} is shown, and it was trimmed`)
      this.store(attempt, batch.baseOffset - place, batch.arrivalMs)
      for (let i = batch.skip; i < batch.recordCount; i++) {
        const offset = batch.baseOffset + i
        this.demand(
          offset > previous && offset < page.nextOffset,
          `offset ${offset} after ${previous}, before ${page.nextOffset}`,
        )
        offsets.add(offset)
        previous = offset
      }
    }
    return offsets
  }

  /** What was acknowledged or seen once stays as it is. */
  private store(attempt: Attempt, baseOffset: number, arrivalMs: number): void {
    const { stored, number, batch } = attempt
    const same = !stored || (stored.baseOffset === baseOffset && stored.arrivalMs === arrivalMs)
    this.demand(same, `append ${number} was at offset ${stored?.baseOffset}, now at ${baseOffset}`)
    attempt.stored = { baseOffset, arrivalMs }
    this.endOffset = Math.max(this.endOffset, baseOffset + batch.recordCount)
    this.lastArrivalMs = Math.max(this.lastArrivalMs, arrivalMs)
  }

  private demand(holds: boolean, otherwise: string): void {
    if (!holds && !this.isDeleted) throw new BrokenPromise(`${this.name}: ${otherwise}`)
  }
}

/** The log did not do what its contract says. */
export class BrokenPromise extends Error {
  /** What had happened before. */
  trace: readonly string[] = []
}
