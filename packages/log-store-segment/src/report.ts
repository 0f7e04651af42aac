/** What an operator should hear of. The log itself prints nothing. */
export type LogReport =
  /** Recovery cut what a crash had left half written; nothing of it was acknowledged. */
  | { readonly kind: 'tornTail'; readonly segmentId: number; readonly position: number; readonly bytes: number }
  /** Bytes that cannot be read any more were stepped over. */
  | { readonly kind: 'corruptRange'; readonly segmentId: number; readonly position: number; readonly bytes: number }
  /** A file in the log's directory is of no use and was removed. */
  | { readonly kind: 'fileRemoved'; readonly name: string; readonly reason: string }
  /** A write or an fdatasync failed: the segment is closed, what was not committed is refused. */
  | { readonly kind: 'writeFailed'; readonly segmentId: number; readonly reason: string }
  /** No new segment can be had; appends are refused until one can. */
  | { readonly kind: 'segmentRefused'; readonly reason: string }
  /** The shard table could not be written, or files could not be removed; it is tried again. */
  | { readonly kind: 'upkeepFailed'; readonly reason: string }
  /** Free space fell under the reserve (`isLow`), or is above it again. */
  | { readonly kind: 'space'; readonly isLow: boolean; readonly freeBytes: number }

export type Report = (report: LogReport) => void
