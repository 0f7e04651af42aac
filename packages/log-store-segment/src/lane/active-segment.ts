import type { LogFile } from '../file-system/file-system.js'
import { batchHeaderBytes, encodeBatchHeader, type SegmentMark } from '../format/batch-header.js'
import { encodeFooter } from '../format/footer.js'
import { firstBatchAt } from '../format/segment-header.js'
import { SegmentIndexBuilder } from '../segment/segment-index.js'
import { advanceOf, type Entry } from './entry.js'
import type { ReadableSegment } from './readable-segment.js'
import type { Shard } from './shard.js'

export interface ActiveSegmentListener {
  committed(segment: ActiveSegment, entries: readonly Entry[]): void
  failed(segment: ActiveSegment, error: Error): void
}

export interface FinishedSegment {
  readonly fileBytes: number
  readonly directory: Buffer
}

/**
 * The segment that an appender writes: batches one behind the other from byte 4,096 on. One `append` at a time; commits run beside
 * it, each an `fdatasync` for all batches whose write had completed before. After a failed write or `fdatasync` nothing is written
 * to the file any more: what the kernel then holds of it is not what the disk holds.
 */
export class ActiveSegment {
  readonly index: SegmentIndexBuilder
  /** Where the next batch goes. */
  position = firstBatchAt
  /** All before it is on stable storage. */
  committedBytes = firstBatchAt
  failure: Error | undefined
  /** Written or being written, and not committed. */
  private uncommitted: Entry[] = []
  /** How many of `uncommitted` are written. */
  private written = 0
  private writtenBytes = firstBatchAt
  private writing = false
  private committing = false
  private idleWaiters: (() => void)[] = []

  constructor(
    /** Gets its index from here, while there is no footer. */
    readonly readable: ReadableSegment,
    private readonly mark: SegmentMark,
    readonly createdMs: number,
    private readonly file: LogFile,
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

  /**
   * Makes what the file begins with durable: the header, which the caller has written, and an advance for each of `floors`.
   * Rejects where the disk refuses it.
   */
  async begin(floors: Iterable<Shard>): Promise<void> {
    const advances = [...floors].map(advanceOf)
    if (advances.length > 0) await this.file.write(this.place(advances), firstBatchAt)
    await this.file.datasync()
    this.committedBytes = this.position
    this.writtenBytes = this.position
    for (const advance of advances) this.noteInIndex(advance)
  }

  /** Resolves when the batches are written, or the segment has failed; they are committed or lost later. */
  async append(entries: readonly Entry[]): Promise<void> {
    const start = this.position
    const buffers = this.place(entries)
    this.uncommitted.push(...entries)
    this.writing = true
    try {
      await this.file.write(buffers, start)
      this.written = this.uncommitted.length
      this.writtenBytes = this.position
    } catch (error) {
      this.fail(error as Error)
    }
    this.writing = false
    void this.commit()
  }

  /** Resolves when no write and no commit is under way. */
  async idle(): Promise<void> {
    while (this.writing || this.committing) await new Promise<void>((resolve) => this.idleWaiters.push(resolve))
  }

  /** Of a failed segment, when idle: the batches that are not committed and never will be. */
  takeLost(): Entry[] {
    const lost = this.uncommitted
    this.uncommitted = []
    return lost
  }

  /** Ends the segment with its index. Nothing may be appended any more. */
  async finish(): Promise<FinishedSegment> {
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

  private async commit(): Promise<void> {
    if (this.committing) return
    this.committing = true
    while (this.written > 0 && !this.failure) {
      const count = this.written
      const bytes = this.writtenBytes
      try {
        await this.file.datasync()
      } catch (error) {
        this.fail(error as Error)
        break
      }
      this.committedBytes = bytes
      this.written -= count
      this.settle(this.uncommitted.splice(0, count))
    }
    this.committing = false
    if (!this.writing) for (const wake of this.idleWaiters.splice(0)) wake()
  }

  private settle(entries: readonly Entry[]): void {
    for (const entry of entries) this.noteInIndex(entry)
    this.listener.committed(this, entries)
  }

  private noteInIndex(entry: Entry): void {
    const { kind, baseOffset, recordCount, arrivalMs, position } = entry
    const bytes = batchHeaderBytes + entry.payload.length
    this.index.add(entry.shard.keyText, { kind, baseOffset, recordCount, arrivalMs, position, bytes })
  }

  private fail(error: Error): void {
    if (this.failure) return
    this.failure = error
    this.listener.failed(this, error)
  }
}
