import type { ByteBudget } from './byte-budget.js'

interface Waiting {
  readonly bytes: number
  readonly untilMs: number
  readonly decide: (granted: boolean) => void
}

/** How often those who wait look whether other lanes have made room. */
const lookMs = 5

/**
 * A line for room in the budget of answers, for work that has much in memory before its answer is handed over: without it a
 * thousand requests at once would load a thousand pages, and only then find that there is no room for them.
 */
export class AnswerRoom {
  private readonly line: Waiting[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly budget: ByteBudget) {}

  /** Does the work while `bytes` are counted, first come, first served; undefined: there was no room within the time, and nothing was done. */
  async holding<T>(bytes: number, withinMs: number, work: () => Promise<T>): Promise<T | undefined> {
    const counted = Math.min(bytes, this.budget.bytesMax)
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
    return new Promise((decide) => this.line.push({ bytes, untilMs: performance.now() + withinMs, decide }))
  }

  private look(): void {
    const nowMs = performance.now()
    for (let first = this.line[0]; first !== undefined; first = this.line[0]) {
      const granted = this.fits(first.bytes)
      if (!granted && first.untilMs > nowMs) return
      this.line.shift()
      first.decide(granted)
    }
    clearInterval(this.timer)
    this.timer = undefined
  }

  private fits(bytes: number): boolean {
    if (this.budget.add(bytes)) return true
    this.budget.release(bytes)
    return false
  }
}
