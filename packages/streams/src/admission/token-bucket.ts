/**
 * A rate with a burst of one second. The bucket may go into debt: what is admitted while anything is left is admitted whole, so a
 * record of 10 MiB passes a shard of 1 MiB/s and delays what follows.
 */
export class TokenBucket {
  private tokens: number
  private filledMs: number

  constructor(
    private readonly perSecond: number,
    nowMs: number,
  ) {
    this.tokens = perSecond
    this.filledMs = nowMs
  }

  /** Something is left at `nowMs`. A clock that was set back gives nothing, and fills on from there: nobody waits until it has caught up. */
  has(nowMs: number): boolean {
    const passedMs = Math.max(0, nowMs - this.filledMs)
    this.tokens = Math.min(this.perSecond, this.tokens + (passedMs * this.perSecond) / 1000)
    this.filledMs = nowMs
    return this.tokens > 0
  }

  /** How long until something is left; 0: it is. */
  waitMs(nowMs: number): number {
    return this.has(nowMs) ? 0 : Math.floor((-this.tokens * 1000) / this.perSecond) + 1
  }

  take(amount: number): void {
    this.tokens -= amount
  }
}
