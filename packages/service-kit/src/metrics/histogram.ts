import type { HistogramValue } from './metric.js'

/** From what a fast disk takes to what nobody waits for. */
const secondsBounds = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** How often something took how long. To observe allocates nothing. */
export class SecondsHistogram {
  private readonly counts = new Array<number>(secondsBounds.length + 1).fill(0)
  private sum = 0

  observe(seconds: number): void {
    let bucket = 0
    while (bucket < secondsBounds.length && seconds > secondsBounds[bucket]) bucket++
    this.counts[bucket]++
    this.sum += seconds
  }

  /** `startedMs`: what `performance.now()` said at the beginning. */
  observeSince(startedMs: number): void {
    this.observe((performance.now() - startedMs) / 1000)
  }

  value(): HistogramValue {
    return { bounds: secondsBounds, counts: [...this.counts], sum: this.sum }
  }
}
