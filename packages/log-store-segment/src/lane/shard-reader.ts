import { type LogPage, PageBuilder, type ReadLimit, type ReadPosition, type StoredBatch } from '@millrace/log-store'
import { BatchCursor } from '../format/batch-header.js'
import type { Report } from '../report.js'
import type { ShardExtents } from '../segment/segment-index.js'
import type { FileCache } from './file-cache.js'
import type { FooterCache } from './footer-cache.js'
import type { ReadableSegment } from './readable-segment.js'
import type { Shard } from './shard.js'

/** Reads go in pieces of this size: large enough for the disk, small enough to check one without holding the loop. */
const pieceBytesMax = 1024 * 1024
/** Extents that lie closer together are read as one piece. */
const pieceGapBytesMax = 32 * 1024

/** Pages of a shard out of its segments. */
export class ShardReader {
  constructor(
    private readonly files: FileCache,
    private readonly footers: FooterCache,
    private readonly report: Report,
  ) {}

  async read(shard: Shard, from: ReadPosition, limit: ReadLimit): Promise<LogPage> {
    const end = { endOffset: shard.durableEnd, lastArrivalMs: shard.durableArrivalMs, sealed: shard.sealed }
    const page = new PageBuilder(from, limit, shard.trimBeforeMs)
    await this.visit(shard, startOf(from, shard.trimBeforeMs), page, end.endOffset)
    return page.finish(end)
  }

  /** The first offset that may be read. */
  async trimOffset(shard: Shard): Promise<number> {
    const { trimBeforeMs, segments, durableEnd } = shard
    const first = segments.find((held) => held.lastArrivalMs >= trimBeforeMs)
    if (!first) return durableEnd
    if (first.firstArrivalMs >= trimBeforeMs) return first.baseOffset
    const from: ReadPosition = { kind: 'timestamp', arrivalMs: trimBeforeMs }
    const page = new PageBuilder(from, { recordsMax: 1, bytesMax: 1 }, trimBeforeMs)
    await this.visit(shard, startOf(from, trimBeforeMs), page, durableEnd)
    const [batch] = page.finish({ endOffset: durableEnd, lastArrivalMs: 0, sealed: false }).batches
    return batch ? batch.baseOffset : durableEnd
  }

  private async visit(shard: Shard, start: Start, page: PageBuilder, endOffset: number): Promise<void> {
    const held = shard.segments.filter(
      ({ endOffset, lastArrivalMs }) => endOffset > start.offset && lastArrivalMs >= start.arrivalMs,
    )
    for (const { segment } of held) segment.readers++
    try {
      for (const { segment } of held) if (!(await this.visitSegment(shard, segment, start, page, endOffset))) return
    } finally {
      for (const { segment } of held) segment.release()
    }
  }

  /** False when the page is full or the end is reached. */
  private async visitSegment(
    shard: Shard,
    segment: ReadableSegment,
    start: Start,
    page: PageBuilder,
    endOffset: number,
  ): Promise<boolean> {
    const index = await this.footers.indexOf(segment)
    const extents = index?.extentsOf(shard.keyBytes)
    if (!extents) return true
    for (let next = firstExtent(extents, start); next < extents.count; ) {
      const piece = pieceOf(extents, next, page.bytesLeft)
      const bytes = Buffer.allocUnsafeSlow(piece.bytes)
      const read = await this.files.use(segment.path, (file) => file.read(bytes, piece.position))
      if (!this.takeBatches(shard, segment, bytes.subarray(0, read), piece.position, page, endOffset)) return false
      next = piece.nextExtent
    }
    return true
  }

  private takeBatches(
    shard: Shard,
    segment: ReadableSegment,
    bytes: Buffer,
    position: number,
    page: PageBuilder,
    endOffset: number,
  ): boolean {
    const { segmentId } = segment
    const cursor = new BatchCursor(bytes, segmentId)
    for (let at = 0; at < bytes.length; ) {
      if (!cursor.read(at) || cursor.endAt > bytes.length) {
        const found = cursor.search(at)
        const next = found < 0 ? bytes.length : found
        this.report({ kind: 'corruptRange', segmentId, position: position + at, bytes: next - at })
        at = next
        continue
      }
      at = cursor.endAt
      if (cursor.kind !== 'records' || !cursor.isOf(shard.keyBytes)) continue
      if (cursor.baseOffset >= endOffset) return false
      if (!page.wants(cursor)) continue
      if (!cursor.isIntact()) {
        this.report({ kind: 'corruptRange', segmentId, position: position + cursor.at, bytes: cursor.endAt - cursor.at })
        continue
      }
      if (!page.add(batchAt(cursor))) return false
    }
    return true
  }
}

function batchAt(cursor: BatchCursor): StoredBatch {
  const { baseOffset, recordCount, arrivalMs } = cursor
  const encryption = cursor.encryption()
  return { baseOffset, recordCount, arrivalMs, records: cursor.payload(), ...(encryption && { encryption }) }
}

/** Wanted is what reaches behind this offset and did not arrive before this time. */
interface Start {
  readonly offset: number
  readonly arrivalMs: number
}

function startOf(from: ReadPosition, trimBeforeMs: number): Start {
  if (from.kind === 'offset') return { offset: from.offset, arrivalMs: trimBeforeMs }
  return { offset: 0, arrivalMs: Math.max(from.arrivalMs, trimBeforeMs) }
}

/** The last extent that begins at or before the start: what is wanted is in it or behind it. */
function firstExtent(extents: ShardExtents, start: Start): number {
  const byOffset = firstWhere(extents.count, (extent) => extents.baseOffset(extent) > start.offset)
  const byArrival = firstWhere(extents.count, (extent) => extents.firstArrivalMs(extent) >= start.arrivalMs)
  return Math.max(0, byOffset - 1, byArrival - 1)
}

/** The first of `count` for which it is true; it is true for all behind one for which it is. */
function firstWhere(count: number, isTrue: (i: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isTrue(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** As many extents as make one read of the disk, from `first` on. */
function pieceOf(extents: ShardExtents, first: number, bytesWanted: number) {
  const position = extents.position(first)
  const bytesMax = Math.min(pieceBytesMax, bytesWanted)
  let end = position + extents.bytes(first)
  let next = first + 1
  for (; next < extents.count && end - position < bytesMax; next++) {
    const nextEnd = extents.position(next) + extents.bytes(next)
    if (extents.position(next) - end > pieceGapBytesMax || nextEnd - position > pieceBytesMax) break
    end = nextEnd
  }
  return { position, bytes: end - position, nextExtent: next }
}
