import type { ByteBudget } from './byte-budget.js'

interface Waiting {
  readonly bytes: number
  readonly sinceMs: number
  readonly untilMs: number
  readonly decide: (granted: boolean) => void
}

/** How often those who wait look whether other lanes have made room. */
const lookMs = 5
/** Room that is not there for so long is not what others need for a moment, but what readers hold who take nothing. */
const pressAfterMs = 1_000

/**
 * A line for room in the budget of answers, for work that has much in memory before its answer is handed over: without it a
 * thousand requests at once would load a thousand pages, and only then find that there is no room for them.
 */
export class AnswerRoom {
  private readonly line: Waiting[] = []
  private timer: NodeJS.Timeout | undefined
  private isPressing = false

  /** `bytesMax`: no work is begun that would bring the budget past it. */
  constructor(
    private readonly budget: ByteBudget,
    private readonly bytesMax = budget.bytesMax,
  ) {}

  /** A line of its own for work that leaves the rest of the budget to others. */
  share(ofAll: number): AnswerRoom {
    return new AnswerRoom(this.budget, Math.floor(this.budget.bytesMax * ofAll))
  }

  /** Does the work while `bytes` are counted, first come, first served; undefined: there was no room within the time, and nothing was done. */
  async holding<T>(bytes: number, withinMs: number, work: () => Promise<T>): Promise<T | undefined> {
    const counted = Math.min(bytes, this.bytesMax)
    if (!(await this.take(counted, withinMs))) return undefined
    try {
      return await work()
    } finally {
      this.budget.release(counted)
    }
  }

  private take(bytes: number, withinMs: number): Promise<boolean> | boolean {
    if (this.line.length === 0 && this.fits(bytes)) return true
    this.timer ??= setInterval(() => this.look(), lookMs)
    const sinceMs = performance.now()
    return new Promise((decide) => this.line.push({ bytes, sinceMs, untilMs: sinceMs + withinMs, decide }))
  }

  private look(): void {
    const nowMs = performance.now()
    for (let first = this.line[0]; first !== undefined; first = this.line[0]) {
      const granted = this.fits(first.bytes)
      if (!granted && first.untilMs > nowMs) return this.press(nowMs - first.sinceMs > pressAfterMs)
      this.line.shift()
      first.decide(granted)
    }
    this.press(false)
    clearInterval(this.timer)
    this.timer = undefined
  }

  /** The budget may be less than full, and yet too full for the first in line. */
  private press(presses: boolean): void {
    if (presses === this.isPressing) return
    this.isPressing = presses
    if (presses) this.budget.press()
    else this.budget.relieve()
  }

  private fits(bytes: number): boolean {
    this.budget.add(bytes)
    if (this.budget.usedBytes <= this.bytesMax) return true
    this.budget.release(bytes)
    return false
  }
}
