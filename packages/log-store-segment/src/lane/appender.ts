import type { RetentionClass } from '@millrace/log-store'
import { batchHeaderBytes } from '../format/batch-header.js'
import type { Predecessor } from '../format/segment-header.js'
import type { ActiveSegment } from './active-segment.js'
import type { Entry, Settled } from './entry.js'
import type { ReadableSegment } from './readable-segment.js'
import type { SegmentFiles } from './segment-files.js'
import type { Shard } from './shard.js'

/** One write takes at most so much: what comes meanwhile waits for the next. */
const writeBytesMax = 8 * 1024 * 1024
/** Two buffers for each batch; the system takes 1,024 in a call. */
const writeEntriesMax = 500
/** Bounds what the index of a segment takes in memory, and how long its footer holds the loop. */
const indexEntriesMax = 100_000

/**
 * The appends of one retention class in a lane: gathers what comes in a turn of the loop, writes it to the active segment in one
 * call, rolls the segment when it is full or due, and replaces one that has failed.
 */
export class Appender {
  queuedBytes = 0
  private queue: Entry[] = []
  private segment: ActiveSegment | undefined
  private working = false
  private rollIsDue = false
  private rollWaiters: (() => void)[] = []
  private idleWaiters: (() => void)[] = []
  /** What the next segment's header has to say. */
  private predecessor: Predecessor | undefined
  /** What failed segments took with them, not yet answered. */
  private lost: Entry[] = []
  /** Shards that lost offsets: the next segment begins with how far they had come. */
  private readonly floors = new Set<Shard>()

  constructor(
    readonly retention: RetentionClass,
    private readonly segmentBytes: number,
    private readonly segmentFiles: SegmentFiles,
    private readonly defer: (work: () => void) => void,
  ) {}

  get active(): ReadableSegment | undefined {
    return this.segment?.readable
  }

  enqueue(entry: Entry): void {
    this.queue.push(entry)
    this.queuedBytes += bytesOf(entry)
    this.wake()
  }

  /** Starts the work, when it is not under way, after the turn of the loop: other appends of the turn come with this one. */
  wake(): void {
    if (this.working) return
    this.working = true
    this.defer(() => void this.work())
  }

  /** Ends the active segment, if there is one and it was made before `createdBeforeMs`. Resolves when all in it is settled. */
  roll(createdBeforeMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (!this.segment || this.segment.createdMs >= createdBeforeMs) return Promise.resolve()
    this.rollIsDue = true
    this.wake()
    return new Promise((resolve) => this.rollWaiters.push(resolve))
  }

  /** Resolves when nothing waits to be written. */
  async idle(): Promise<void> {
    while (this.working) await new Promise<void>((resolve) => this.idleWaiters.push(resolve))
  }

  private async work(): Promise<void> {
    while (this.queue.length > 0 || this.segment?.failure || this.rollIsDue) {
      if (this.segment && !this.isUsable(this.segment)) this.leave(this.segment)
      if (this.queue.length > 0 || this.lost.length > 0) await this.writeNext()
    }
    this.working = false
    for (const resume of this.idleWaiters.splice(0)) resume()
  }

  /** Writes what is queued, as much as goes at once. Where no segment is to be had, it is refused. */
  private async writeNext(): Promise<void> {
    try {
      this.segment ??= await this.openSegment()
    } catch (error) {
      this.settleLost('unknown')
      this.refuse(error as Error)
      return
    }
    if (this.queue.length > 0) await this.segment.append(this.take(this.segment))
  }

  /** When it resolves, a crash cannot bring back what was lost before. */
  private async openSegment(): Promise<ActiveSegment> {
    const segment = await this.segmentFiles.open(this.retention, this.predecessor, this.floors)
    this.floors.clear()
    this.settleLost('none')
    return segment
  }

  private isUsable(segment: ActiveSegment): boolean {
    if (segment.failure || this.rollIsDue) return false
    const [next] = this.queue
    if (!next || segment.isEmpty) return true
    return segment.position + bytesOf(next) <= this.segmentBytes && segment.index.entries < indexEntriesMax
  }

  private leave(segment: ActiveSegment): void {
    this.segment = undefined
    this.predecessor = { segmentId: segment.segmentId, committedBytes: segment.committedBytes }
    for (const entry of segment.takeLost()) {
      this.floors.add(entry.shard)
      this.lost.push(entry)
    }
    this.segmentFiles.finish(this.retention, segment)
    this.rollIsDue = false
    for (const resume of this.rollWaiters.splice(0)) resume()
  }

  /** The batches of the next write: as many as fit into the segment, at least one. */
  private take(segment: ActiveSegment): Entry[] {
    const room = Math.min(writeBytesMax, this.segmentBytes - segment.position)
    let bytes = 0
    let count = 0
    for (const entry of this.queue) {
      if (count > 0 && (count >= writeEntriesMax || bytes + bytesOf(entry) > room)) break
      bytes += bytesOf(entry)
      count++
    }
    this.queuedBytes -= bytes
    return this.queue.splice(0, count)
  }

  private refuse(reason: Error): void {
    const refused = this.queue.splice(0)
    this.queuedBytes = 0
    settleAll(refused, { kind: 'failed', outcome: 'none', reason: reason.message })
  }

  private settleLost(outcome: 'none' | 'unknown'): void {
    settleAll(this.lost.splice(0), { kind: 'failed', outcome, reason: 'the disk failed to take a write' })
  }
}

function bytesOf(entry: Entry): number {
  return batchHeaderBytes + entry.payload.length
}

function settleAll(entries: readonly Entry[], settled: Settled): void {
  for (const entry of entries) entry.settle(settled)
}
