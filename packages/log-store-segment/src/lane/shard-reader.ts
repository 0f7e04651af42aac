import { type LogPage, PageBuilder, type ReadLimit, type ReadPosition, type StoredBatch } from '@millrace/log-store'
import type { BatchCursor } from '../format/batch-header.js'
import type { Report } from '../report.js'
import { type Piece, pieceOf } from '../segment/piece.js'
import type { SegmentIndex } from '../segment/segment-index.js'
import { isIntact, shardBatches } from '../segment/shard-batches.js'
import type { FileCache } from './file-cache.js'
import type { FooterCache } from './footer-cache.js'
import type { ReadableSegment } from './readable-segment.js'
import type { Shard } from './shard.js'
import { firstExtent, firstSegment, type Start, startOf } from './start.js'

/** A read that is under way. */
interface ShardRead {
  readonly shard: Shard
  readonly start: Start
  readonly page: PageBuilder
  /** Nothing from here on is shown, also where it becomes durable while the read goes on. */
  readonly endOffset: number
}

/** Pages of a shard out of its segments. */
export class ShardReader {
  constructor(
    private readonly files: FileCache,
    private readonly footers: FooterCache,
    private readonly report: Report,
  ) {}

  async read(shard: Shard, from: ReadPosition, limit: ReadLimit): Promise<LogPage> {
    const { trimBeforeMs, durableEnd: endOffset, durableArrivalMs: lastArrivalMs, sealed } = shard
    const page = new PageBuilder(from, limit, trimBeforeMs)
    await this.readSegments({ shard, start: startOf(from, trimBeforeMs), page, endOffset })
    return page.finish({ endOffset, lastArrivalMs, sealed })
  }

  /** The first offset that may be read; the end where there is none. */
  async trimOffset(shard: Shard): Promise<number> {
    const { trimBeforeMs, segments, durableEnd } = shard
    const first = segments[firstSegment(segments, { offset: 0, arrivalMs: trimBeforeMs })]
    if (!first) return durableEnd
    if (first.firstArrivalMs >= trimBeforeMs) return first.baseOffset
    const from: ReadPosition = { kind: 'timestamp', arrivalMs: trimBeforeMs }
    const page = await this.read(shard, from, { recordsMax: 1, bytesMax: 1 })
    return page.batches[0]?.baseOffset ?? durableEnd
  }

  private async readSegments(read: ShardRead): Promise<void> {
    const { segments } = read.shard
    const held = segments.slice(firstSegment(segments, read.start)).map(({ segment }) => segment)
    for (const segment of held) segment.readers++
    try {
      for (const segment of held) if (!(await this.readSegment(segment, read))) return
    } finally {
      for (const segment of held) segment.release()
    }
  }

  /** False when the page is full or the end is reached. */
  private async readSegment(segment: ReadableSegment, read: ShardRead): Promise<boolean> {
    const index = await this.footers.indexOf(segment)
    const extents = index.extentsOf(read.shard.keyBytes)
    if (!extents) return true
    for (let next = firstExtent(extents, read.start); next < extents.count; ) {
      const piece = pieceOf(extents, next, read.page.bytesLeft)
      if (!(await this.readPiece(segment, index, piece, read))) return false
      next = piece.nextExtent
    }
    return true
  }

  private async readPiece(segment: ReadableSegment, { mark }: SegmentIndex, piece: Piece, read: ShardRead): Promise<boolean> {
    const { shard, page, endOffset } = read
    const { position } = piece
    const target = Buffer.allocUnsafeSlow(piece.bytes)
    const bytesRead = await this.files.use(segment.path, (file) => file.read(target, position))
    for (const batch of shardBatches(target.subarray(0, bytesRead), position, mark, shard.keyBytes, this.report)) {
      if (batch.baseOffset >= endOffset) return false
      if (!page.wants(batch) || !isIntact(batch, position, mark, this.report)) continue
      if (!page.add(storedBatch(batch))) return false
    }
    return true
  }
}

function storedBatch(cursor: BatchCursor): StoredBatch {
  const { baseOffset, recordCount, arrivalMs } = cursor
  const encryption = cursor.encryption()
  return { baseOffset, recordCount, arrivalMs, records: cursor.payload(), ...(encryption && { encryption }) }
}
