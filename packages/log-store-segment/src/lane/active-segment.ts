import type { LogFile } from '../file-system/file-system.js'
import { type Pace, shrink } from '../file-system/shrink.js'
import { batchHeaderBytes, encodeBatchHeader, type SegmentMark } from '../format/batch-header.js'
import { encodeFooter } from '../format/footer.js'
import { firstBatchAt } from '../format/segment-header.js'
import { SegmentIndexBuilder } from '../segment/segment-index.js'
import { advanceOf, type Entry } from './entry.js'
import type { ReadableSegment } from './readable-segment.js'
import type { Shard } from './shard.js'
import type { ZeroAhead } from './zero-ahead.js'

export interface ActiveSegmentListener {
  committed(segment: ActiveSegment, entries: readonly Entry[]): void
  failed(segment: ActiveSegment, error: Error): void
}

export interface FinishedSegment {
  readonly fileBytes: number
  readonly directory: Buffer
}

/**
 * The segment that an appender writes: batches one behind the other from byte 4,096 on. One `append` at a time, each a durable write
 * of all that came in meanwhile. After a failed write nothing is written to the file any more: what the kernel then holds of it is
 * not what the disk holds.
 */
export class ActiveSegment {
  readonly index: SegmentIndexBuilder
  /** Where the next batch goes. */
  position = firstBatchAt
  /** All before it is on stable storage. */
  committedBytes = firstBatchAt
  failure: Error | undefined
  /** What the failed write was to store: it is not committed and never will be. */
  private lost: Entry[] = []

  constructor(
    /** Gets its index from here, while there is no footer. */
    readonly readable: ReadableSegment,
    private readonly mark: SegmentMark,
    readonly createdMs: number,
    private readonly file: LogFile,
    private readonly zeroAhead: ZeroAhead,
    private readonly listener: ActiveSegmentListener,
  ) {
    this.index = new SegmentIndexBuilder(mark)
    readable.index = this.index
  }

  get segmentId(): number {
    return this.readable.segmentId
  }

  get isEmpty(): boolean {
    return this.position === firstBatchAt
  }

  /** Writes what the file begins with: its header, and an advance for each of `floors`. Rejects where the disk refuses it. */
  async begin(header: Buffer, floors: Iterable<Shard>): Promise<void> {
    const advances = [...floors].map(advanceOf)
    await this.file.write([header, Buffer.alloc(firstBatchAt - header.length), ...this.place(advances)], 0)
    this.committedBytes = this.position
    for (const advance of advances) this.noteInIndex(advance)
  }

  /** Resolves when the batches are committed, or the segment has failed. */
  async append(entries: readonly Entry[]): Promise<void> {
    const start = this.committedBytes
    const batches = this.place(entries)
    try {
      await this.file.write([...batches, ...this.zeroAhead.behind(start, this.position)], start)
    } catch (error) {
      this.failure = error as Error
      this.lost.push(...entries)
      this.listener.failed(this, this.failure)
      return
    }
    this.committedBytes = this.position
    for (const entry of entries) this.noteInIndex(entry)
    this.listener.committed(this, entries)
  }

  takeLost(): Entry[] {
    return this.lost.splice(0)
  }

  /** Gives back what was written ahead, and ends the segment with its index. Nothing may be appended any more. */
  async finish(pace: Pace): Promise<FinishedSegment> {
    await shrink(this.file, this.committedBytes, pace)
    const footer = encodeFooter(this.mark, this.committedBytes, this.index)
    await this.file.truncate(this.committedBytes)
    await this.file.write([footer.bytes], this.committedBytes)
    await this.file.datasync()
    return { fileBytes: this.committedBytes + footer.bytes.length, directory: footer.directory }
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  /** Gives the batches their places, and returns what is to be written: the records stay where the caller has them. */
  private place(entries: readonly Entry[]): Buffer[] {
    const buffers: Buffer[] = []
    for (const entry of entries) {
      const { kind, shard, baseOffset, recordCount, arrivalMs, payload, encryption } = entry
      const shardKey = shard.keyBytes
      const fields = { kind, shardKey, baseOffset, recordCount, arrivalMs, payload, encryption }
      buffers.push(encodeBatchHeader(fields, this.mark))
      if (payload.length > 0) buffers.push(payload)
      entry.position = this.position
      this.position += batchHeaderBytes + payload.length
    }
    return buffers
  }

  private noteInIndex(entry: Entry): void {
    const { kind, baseOffset, recordCount, arrivalMs, position } = entry
    const bytes = batchHeaderBytes + entry.payload.length
    this.index.add(entry.shard.keyText, { kind, baseOffset, recordCount, arrivalMs, position, bytes })
  }
}
