import type { AnswerReader } from './answer-reader.js'
import type { ByteBudget } from './byte-budget.js'

/** What an answer needs in memory, from when it is begun until it counts by itself. */
export interface AnswerNeed {
  readonly bytes: number
  /** What it makes do with when it has waited long; as much as `bytes`: it cannot be shortened. */
  readonly shortBytes: number
}

interface Waiting {
  readonly need: AnswerNeed
  readonly sinceMs: number
  readonly untilMs: number
  /** With the bytes that are counted for it now; undefined: it was not given any. */
  readonly decide: (bytes: number | undefined) => void
}

/** How often those who wait look whether other lanes have made room. */
const lookMs = 5
/** Room that is not there for so long is not what others need for a moment, but what readers hold who take nothing. */
const pressAfterMs = 1_000
/** The rest is for readers who have shown that they take their answers, however many strangers come who take none. */
const strangersShare = 0.75

/**
 * A line for room in the budget of answers, for work that has much in memory before its answer is handed over: without it a
 * thousand requests at once would load a thousand pages, and only then find that there is no room for them.
 *
 * Readers share the room by the rule of dynamic thresholds (Choudhury and Hahne, 1998): one may come to hold as much as is free. Alone
 * he has half of it; of k who hold all they may, each has one part of k + 1, and one part stays free for whoever holds nothing. Those
 * who wait are served in turn, reader by reader and not request by request.
 */
export class AnswerRoom {
  /** By reader, those first who have waited longest for their turn. */
  private readonly line = new Map<AnswerReader, Waiting[]>()
  private timer: NodeJS.Timeout | undefined
  private isPressing = false
  private looksSoon = false

  /** `bytesMax`: no work is begun that would bring the budget past it. */
  constructor(
    private readonly budget: ByteBudget,
    private readonly bytesMax = budget.bytesMax,
  ) {}

  /** A line of its own for work that leaves the rest of the budget to others. */
  share(ofAll: number): AnswerRoom {
    return new AnswerRoom(this.budget, Math.floor(this.budget.bytesMax * ofAll))
  }

  /**
   * Does the work while its bytes are counted; undefined: there was no room within the time, and nothing was done. `isShort`: only
   * `shortBytes` are.
   */
  async holding<T>(
    reader: AnswerReader,
    need: AnswerNeed,
    withinMs: number,
    work: (isShort: boolean) => Promise<T>,
  ): Promise<T | undefined> {
    const bytes = await this.take(reader, need, withinMs)
    if (bytes === undefined) return undefined
    try {
      return await work(bytes < need.bytes && bytes <= need.shortBytes)
    } finally {
      this.letGo(reader, bytes)
    }
  }

  /** Counts what another lane is about to count as well, so that nobody takes its room in between. */
  beginHandOver(bytes: number): void {
    this.budget.add(bytes)
  }

  endHandOver(bytes: number): void {
    this.budget.release(bytes)
    if (this.line.size > 0) this.lookSoon()
  }

  private take(reader: AnswerReader, need: AnswerNeed, withinMs: number): Promise<number | undefined> | number {
    if (this.line.size === 0) {
      const bytes = this.given(reader, need.bytes)
      if (bytes !== undefined) return bytes
    }
    this.timer ??= setInterval(() => this.look(), lookMs)
    const sinceMs = performance.now()
    return new Promise((decide) => {
      const waiting: Waiting = { need, sinceMs, untilMs: sinceMs + withinMs, decide }
      const others = this.line.get(reader)
      if (others) others.push(waiting)
      else this.line.set(reader, [waiting])
    })
  }

  private letGo(reader: AnswerReader, bytes: number): void {
    this.budget.release(bytes)
    reader.heldBytes -= bytes
    if (this.line.size > 0) this.lookSoon()
  }

  private lookSoon(): void {
    if (this.looksSoon) return
    this.looksSoon = true
    // Not at once: the answer that was made counts by itself only when it has been handed over.
    setImmediate(() => {
      this.looksSoon = false
      this.look()
    })
  }

  /** Whoever was given something goes to the end of the line; whoever was not keeps his place, and holds up nobody. */
  private look(): void {
    const nowMs = performance.now()
    let presses = false
    for (const [reader, waits] of this.line) {
      const [first] = waits as [Waiting]
      const waitedMs = nowMs - first.sinceMs
      const { bytes, shortBytes } = first.need
      const given = reader.isGone ? undefined : this.given(reader, waitedMs > pressAfterMs ? shortBytes : bytes)
      if (given === undefined && !reader.isGone && first.untilMs > nowMs) {
        presses ||= waitedMs > pressAfterMs && reader.heldBytes === 0
        continue
      }
      waits.shift()
      this.line.delete(reader)
      if (waits.length > 0) this.line.set(reader, waits)
      first.decide(given)
    }
    this.press(presses)
    if (this.line.size > 0) return
    clearInterval(this.timer)
    this.timer = undefined
  }

  /** The budget may be less than full, and yet too full for one who holds nothing: who holds something waits for himself. */
  private press(presses: boolean): void {
    if (presses === this.isPressing) return
    this.isPressing = presses
    if (presses) this.budget.press()
    else this.budget.relieve()
  }

  /** Counts the bytes, or as many as there will ever be for him, and says how many; undefined: there is no room for them now. */
  private given(reader: AnswerReader, bytes: number): number | undefined {
    const most = reader.isProven ? this.bytesMax : Math.floor(this.bytesMax * strangersShare)
    const counted = Math.min(bytes, most)
    if (!this.fits(reader.heldBytes + counted, most)) return undefined
    this.budget.add(counted)
    // Other lanes may have taken the room meanwhile.
    if (!this.fits(reader.heldBytes, most)) {
      this.budget.release(counted)
      return undefined
    }
    reader.heldBytes += counted
    return counted
  }

  private fits(bytes: number, most: number): boolean {
    return bytes <= most - this.budget.usedBytes
  }
}
