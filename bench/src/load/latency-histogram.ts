const subBuckets = 64
const octaves = 32

/**
 * Latencies in microseconds in buckets of at most 1/64 of their value: constant memory, no sorting, and an error of under 2 %.
 * A quantile is the upper edge of its bucket, so that rounding never flatters.
 */
export class LatencyHistogram {
  private readonly counts = new Float64Array(subBuckets * octaves)
  private total = 0
  private highest = 0

  add(micros: number): void {
    this.counts[bucketOf(micros)] += 1
    this.total += 1
    if (micros > this.highest) this.highest = micros
  }

  /** In milliseconds; 0 where nothing was added. */
  quantileMs(share: number): number {
    const wanted = Math.ceil(this.total * share)
    let seen = 0
    for (let bucket = 0; bucket < this.counts.length; bucket++) {
      seen += this.counts[bucket] as number
      if (seen >= wanted && seen > 0) return Math.min(upperEdge(bucket), this.highest) / 1000
    }
    return 0
  }

  get maxMs(): number {
    return this.highest / 1000
  }
}

function bucketOf(micros: number): number {
  const value = Math.max(1, Math.ceil(micros))
  const octave = Math.max(0, Math.floor(Math.log2(value)) - 5)
  return Math.min(octave * subBuckets + Math.floor(value / 2 ** octave), subBuckets * octaves - 1)
}

function upperEdge(bucket: number): number {
  const octave = Math.max(0, Math.floor(bucket / subBuckets))
  return ((bucket % subBuckets) + 1) * 2 ** octave
}
