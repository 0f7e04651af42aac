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
 * call, rolls the segment when it is full, and replaces one that has failed.
 */
export class Appender {
  queuedBytes = 0
  private queue: Entry[] = []
  private working = false
  private segment: ActiveSegment | undefined
  /** What the next segment's header has to say. */
  private predecessor: Predecessor | undefined
  /** Shards of which a failed segment took offsets with it: the next segment begins with how far they had come. */
  private readonly floors = new Set<Shard>()
  private lost: Entry[] = []
  private idleWaiters: (() => void)[] = []

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
    this.queuedBytes += batchHeaderBytes + entry.payload.length
    this.wake()
  }

  /** Starts the work, when it is not under way, after the turn of the loop: other appends of the turn come with this one. */
  wake(): void {
    if (this.working) return
    this.working = true
    this.defer(() => void this.work())
  }

  /** Ends the active segment, for its age or because the log closes. Resolves when it is left, not when its index is written. */
  async roll(isDue: (segment: ActiveSegment) => boolean): Promise<void> {
    while (this.working) await new Promise<void>((resolve) => this.idleWaiters.push(resolve))
    if (!this.segment || !isDue(this.segment)) return
    this.working = true
    await this.leave(this.segment)
    this.stop()
    if (this.queue.length > 0) this.wake()
  }

  private async work(): Promise<void> {
    while (this.queue.length > 0 || this.segment?.failure) {
      const segment = await this.usableSegment()
      if (segment instanceof Error) this.refuse(segment)
      else if (this.queue.length > 0) await segment.append(this.take(segment))
    }
    this.stop()
  }

  private stop(): void {
    this.working = false
    for (const resume of this.idleWaiters.splice(0)) resume()
  }

  /** The active segment if it has room for the next batch, or else a new one; the reason where there is none to be had. */
  private async usableSegment(): Promise<ActiveSegment | Error> {
    const active = this.segment
    if (active && !active.failure && this.hasRoom(active)) return active
    if (active) await this.leave(active)
    try {
      this.segment = await this.segmentFiles.open(this.retention, this.predecessor, this.floors)
    } catch (error) {
      this.settleLost('unknown')
      return error as Error
    }
    this.floors.clear()
    this.settleLost('none')
    return this.segment
  }

  private hasRoom(segment: ActiveSegment): boolean {
    const next = this.queue[0]
    if (!next || segment.index.entries >= indexEntriesMax) return !next
    const end = segment.position + batchHeaderBytes + next.payload.length
    return end <= this.segmentBytes || segment.isEmpty
  }

  private async leave(segment: ActiveSegment): Promise<void> {
    await segment.idle()
    this.segment = undefined
    this.predecessor = { segmentId: segment.segmentId, committedBytes: segment.committedBytes }
    const lost = segment.takeLost()
    for (const entry of lost) this.floors.add(entry.shard)
    this.lost.push(...lost)
    this.segmentFiles.finish(this.retention, segment)
  }

  /** The batches of the next write: as many as fit into the segment, at least one. */
  private take(segment: ActiveSegment): Entry[] {
    const room = Math.min(writeBytesMax, this.segmentBytes - segment.position)
    let bytes = 0
    let count = 0
    for (const entry of this.queue) {
      const entryBytes = batchHeaderBytes + entry.payload.length
      if (count > 0 && (count >= writeEntriesMax || bytes + entryBytes > room)) break
      bytes += entryBytes
      count++
    }
    this.queuedBytes -= bytes
    return this.queue.splice(0, count)
  }

  private refuse(reason: Error): void {
    const refused = this.queue
    this.queue = []
    this.queuedBytes = 0
    settleAll(refused, { kind: 'failed', outcome: 'none', reason: reason.message })
  }

  private settleLost(outcome: 'none' | 'unknown'): void {
    settleAll(this.lost.splice(0), { kind: 'failed', outcome, reason: 'the disk failed to take a write' })
  }
}

function settleAll(entries: readonly Entry[], settled: Settled): void {
  for (const entry of entries) entry.settle(settled)
}
