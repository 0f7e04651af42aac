import type { LogFile } from '../file-system/file-system.js'
import { BatchCursor, batchHeaderBytes, type SegmentMark } from '../format/batch-header.js'
import { firstBatchAt } from '../format/segment-header.js'
import { keyTextOf } from '../format/shard-key.js'
import type { Report } from '../report.js'
import { SegmentIndexBuilder } from './segment-index.js'

/** A window holds the largest batch that can be (16 MiB of payload) and lets a search go on in large steps. */
const windowBytes = 4 * 1024 * 1024

export interface Scan {
  readonly index: SegmentIndexBuilder
  /** Where the last intact batch ends. */
  readonly dataEnd: number
  /** A batch was begun there. Without one there is only what the file held before: zeros, or what was once another segment. */
  readonly isTorn: boolean
}

/**
 * Finds the batches of a segment that was not finished, up to `end`. Where something else than an intact batch stands and an
 * intact one follows, the range between is corrupt and is stepped over; where none follows, the data ends.
 */
export async function scanSegment(file: LogFile, mark: SegmentMark, end: number, report: Report): Promise<Scan> {
  const scanner = new Scanner(file, mark, end)
  const index = new SegmentIndexBuilder(mark)
  const { segmentId } = mark
  let dataEnd = firstBatchAt
  for (;;) {
    const found = await scanner.next(dataEnd)
    if (!found) return { index, dataEnd, isTorn: await scanner.isBegunAt(dataEnd) }
    const { cursor, position } = found
    if (position > dataEnd) report({ kind: 'corruptRange', segmentId, position: dataEnd, bytes: position - dataEnd })
    const { kind, baseOffset, recordCount, arrivalMs } = cursor
    const bytes = cursor.endAt - cursor.at
    index.add(keyTextOf(cursor.shardKey()), { kind, baseOffset, recordCount, arrivalMs, position, bytes })
    dataEnd = position + bytes
  }
}

/** Walks a file from one intact batch to the next through a window in memory. */
class Scanner {
  private window = Buffer.alloc(0)
  private windowAt = 0
  private cursor: BatchCursor

  constructor(
    private readonly file: LogFile,
    private readonly mark: SegmentMark,
    private readonly end: number,
  ) {
    this.cursor = new BatchCursor(this.window, mark)
  }

  /** The first intact batch at or behind `position`. */
  async next(position: number): Promise<{ readonly cursor: BatchCursor; readonly position: number } | undefined> {
    let at = position
    while (at + batchHeaderBytes <= this.end) {
      await this.show(at, batchHeaderBytes)
      if (await this.isBatchAt(at)) return { cursor: this.cursor, position: at }
      const found = this.cursor.search(at - this.windowAt)
      // The last bytes of a window may be the beginning of a header.
      at = found >= 0 ? this.windowAt + found : Math.max(at + 1, this.windowAt + this.window.length - batchHeaderBytes + 1)
    }
    return undefined
  }

  async isBegunAt(at: number): Promise<boolean> {
    if (at + batchHeaderBytes > this.end) return false
    await this.show(at, batchHeaderBytes)
    return this.cursor.isBegun(at - this.windowAt)
  }

  private async isBatchAt(at: number): Promise<boolean> {
    if (!this.cursor.read(at - this.windowAt)) return false
    const bytes = batchHeaderBytes + this.cursor.payloadBytes
    if (at + bytes > this.end) return false
    await this.show(at, bytes)
    return this.cursor.read(at - this.windowAt) && this.cursor.endAt <= this.window.length && this.cursor.isIntact()
  }

  /** Has the window hold these bytes of the file, as far as there are. */
  private async show(position: number, bytes: number): Promise<void> {
    const windowEnd = this.windowAt + this.window.length
    if (position >= this.windowAt && position + bytes <= windowEnd) return
    const wanted = Math.min(Math.max(bytes, windowBytes), this.end - position)
    const target = Buffer.allocUnsafeSlow(wanted)
    this.window = target.subarray(0, await this.file.read(target, position))
    this.windowAt = position
    this.cursor = new BatchCursor(this.window, this.mark)
  }
}
