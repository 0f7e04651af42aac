import { BatchCursor, type SegmentMark } from '../format/batch-header.js'
import type { Report } from '../report.js'

/**
 * The batches with records of one shard in a piece of a segment that was read from `position`. The cursor stands at each in turn;
 * whether a batch is intact the caller asks, for those that he wants. What cannot be read is reported and stepped over.
 */
export function* shardBatches(
  bytes: Buffer,
  position: number,
  mark: SegmentMark,
  shardKey: Buffer,
  report: Report,
): Generator<BatchCursor> {
  const cursor = new BatchCursor(bytes, mark)
  for (let at = 0; at < bytes.length; ) {
    if (cursor.read(at) && cursor.endAt <= bytes.length) {
      at = cursor.endAt
      if (cursor.kind === 'records' && cursor.isOf(shardKey)) yield cursor
      continue
    }
    const found = cursor.search(at)
    const next = found < 0 ? bytes.length : found
    report({ kind: 'corruptRange', segmentId: mark.segmentId, position: position + at, bytes: next - at })
    at = next
  }
}

/** Whether the batch at the cursor is what was written; reports it where it is not. */
export function isIntact(cursor: BatchCursor, position: number, mark: SegmentMark, report: Report): boolean {
  if (cursor.isIntact()) return true
  report({ kind: 'corruptRange', segmentId: mark.segmentId, position: position + cursor.at, bytes: cursor.endAt - cursor.at })
  return false
}
