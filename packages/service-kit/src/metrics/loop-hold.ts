const everyMs = 10

/**
 * How long one step held this thread's loop at the most: what stands still meanwhile is every other request. A timer that comes late
 * tells; Node's own histogram loses what begins right after it was read.
 */
export class LoopHold {
  private maxMs = 0
  private lastMs = performance.now()

  constructor() {
    setInterval(() => this.note(), everyMs).unref()
  }

  /** Milliseconds, since the last call. */
  takeMaxMs(): number {
    const { maxMs } = this
    this.maxMs = 0
    return Math.round(maxMs * 10) / 10
  }

  private note(): void {
    const nowMs = performance.now()
    this.maxMs = Math.max(this.maxMs, nowMs - this.lastMs - everyMs)
    this.lastMs = nowMs
  }
}
