import type { RolledSegment } from '../channel/messages.js'
import { Compaction, type CompactionOptions } from './compaction.js'
import { type Candidate, planCompaction } from './compaction-plan.js'

export interface Compacted {
  readonly removed: readonly number[]
  readonly added: readonly RolledSegment[]
}

interface Job {
  readonly removed: readonly number[]
  readonly steps: AsyncGenerator<number, readonly RolledSegment[]>
}

export type CompactorOptions = Omit<CompactionOptions, 'retention' | 'createdMs'> & { readonly nowMs: () => number }

/** Runs one compaction at a time, a budget's worth in each tick. */
export class Compactor {
  /** Compactions that were finished, and what they read. */
  finished = 0
  bytesRead = 0
  private job: Job | undefined

  constructor(private readonly options: CompactorOptions) {}

  /** A compaction needs these as they are. */
  isReading(segmentId: number): boolean {
    return this.job?.removed.includes(segmentId) ?? false
  }

  /** Reads about `bytesMax`. Returns what was finished; undefined where nothing was. */
  async advance(candidates: () => readonly Candidate[], bytesMax: number): Promise<Compacted | undefined> {
    this.job ??= this.begin(candidates())
    const { job } = this
    for (let bytes = 0; job && bytes < bytesMax; ) {
      const step = await this.step(job)
      if (step.done) {
        this.finished++
        return { removed: job.removed, added: step.value }
      }
      bytes += step.value
      this.bytesRead += step.value
    }
    return undefined
  }

  /** Gives up what is under way. */
  async stop(): Promise<void> {
    await this.job?.steps.throw(new Error('the log is closed')).catch(() => {})
    this.job = undefined
  }

  private async step(job: Job): Promise<IteratorResult<number, readonly RolledSegment[]>> {
    try {
      const step = await job.steps.next()
      if (step.done) this.job = undefined
      return step
    } catch (error) {
      this.job = undefined
      throw error
    }
  }

  private begin(candidates: readonly Candidate[]): Job | undefined {
    const { catalog, nowMs } = this.options
    const segmentsOf = (ids: readonly number[]) => ids.flatMap((segmentId) => catalog.segments.get(segmentId) ?? [])
    const removed = planCompaction(candidates, {
      areNeighbours: (ids) => catalog.areNeighbours(new Set(ids)),
      distinctShards: (ids) => new Set(segmentsOf(ids).flatMap(({ shards }) => [...shards.keys()])).size,
    })
    const inputs = removed && segmentsOf(removed)
    const retention = inputs?.[0]?.retention
    if (!removed || !inputs || !retention) return undefined
    return { removed, steps: new Compaction(inputs, { ...this.options, retention, createdMs: nowMs() }).run() }
  }
}
