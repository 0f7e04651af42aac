/** What an operator should hear of. The log itself prints nothing. */
export type LogReport =
  /** Recovery cut what a crash had left half written; nothing of it was acknowledged. */
  | { readonly kind: 'tornTail'; readonly segmentId: number; readonly position: number; readonly bytes: number }
  /** Bytes that cannot be read any more were stepped over. */
  | { readonly kind: 'corruptRange'; readonly segmentId: number; readonly position: number; readonly bytes: number }
  /** The index of a segment cannot be read; the segment was scanned for one. */
  | { readonly kind: 'indexDamaged'; readonly segmentId: number }
  /** A file in the log's directory is of no use and was removed. */
  | { readonly kind: 'fileRemoved'; readonly name: string; readonly reason: string }
  /** A write or an fdatasync failed: the segment is closed, what was not committed is refused. */
  | { readonly kind: 'writeFailed'; readonly segmentId: number; readonly reason: string }
  /** A new segment could not be made; the appends that needed it are refused. */
  | { readonly kind: 'segmentRefused'; readonly segmentId: number; readonly reason: string }
  /** The shard table could not be written, files could not be removed, or a compaction was given up; it is tried again. */
  | { readonly kind: 'upkeepFailed'; readonly reason: string }
  /** Free space fell under the reserve (`isLow`), or is above it again. */
  | { readonly kind: 'space'; readonly isLow: boolean; readonly freeBytes: number }

export type Report = (report: LogReport) => void
