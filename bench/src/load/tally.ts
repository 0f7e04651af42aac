import type { LoadJob, LoadResult } from './job.js'
import { LatencyHistogram } from './latency-histogram.js'

const errorSamplesMax = 5

/** Counts what happens in the measured window, and nothing outside it but errors. */
export class Tally {
  private readonly latencies = new LatencyHistogram()
  private readonly samples: string[] = []
  private requests = 0
  private records = 0
  private errors = 0
  private decoded = 0
  private beganMs = Number.POSITIVE_INFINITY
  private endedMs = Number.POSITIVE_INFINITY
  private cpuAtBegin = process.cpuUsage()
  private cpuMs = 0

  beginWindow(): void {
    this.beganMs = performance.now()
    this.cpuAtBegin = process.cpuUsage()
  }

  endWindow(): void {
    this.endedMs = performance.now()
    const { user, system } = process.cpuUsage(this.cpuAtBegin)
    this.cpuMs = (user + system) / 1000
  }

  isInWindow(timeMs: number): boolean {
    return timeMs >= this.beganMs && timeMs < this.endedMs
  }

  /** A request that counts from `sinceMs` on was answered rightly, at `atMs`. */
  answered(records: number, sinceMs: number, atMs = performance.now()): void {
    this.requests += 1
    this.records += records
    this.latencies.add((atMs - sinceMs) * 1000)
  }

  failed(reason: string): void {
    this.errors += 1
    if (this.samples.length < errorSamplesMax) this.samples.push(reason)
  }

  compared(): void {
    this.decoded += 1
  }

  result(job: LoadJob, resent: number): LoadResult {
    if (this.endedMs === Number.POSITIVE_INFINITY)
      throw new Error(`over before its time: ${this.samples[0] ?? 'no error was seen'}`)
    return {
      requests: this.requests,
      records: this.records,
      payloadBytes: this.records * job.dataset.recordBytes,
      measuredMs: this.endedMs - this.beganMs,
      p50Ms: this.latencies.quantileMs(0.5),
      p99Ms: this.latencies.quantileMs(0.99),
      maxMs: this.latencies.maxMs,
      errors: this.errors,
      errorSamples: this.samples,
      answersDecoded: this.decoded,
      resent,
      cpuMs: this.cpuMs,
    }
  }
}
