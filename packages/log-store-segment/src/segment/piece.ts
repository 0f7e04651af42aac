import type { ShardExtents } from './segment-index.js'

/** Reads go in pieces of this size: large enough for the disk, small enough to check one without holding the loop. */
const pieceBytesMax = 1024 * 1024
/** Extents that lie closer together are read as one piece. */
const pieceGapBytesMax = 32 * 1024

/** Extents of a shard that are read from the file at once. */
export interface Piece {
  readonly position: number
  readonly bytes: number
  /** The first extent behind the piece. */
  readonly nextExtent: number
}

/** At least the extent `first`, and those behind it as long as they are near and less than `bytesWanted` is read. */
export function pieceOf(extents: ShardExtents, first: number, bytesWanted: number): Piece {
  const position = extents.position(first)
  let end = position + extents.bytes(first)
  let next = first + 1
  for (; next < extents.count && end - position < bytesWanted; next++) {
    const nextEnd = extents.position(next) + extents.bytes(next)
    if (extents.position(next) - end > pieceGapBytesMax || nextEnd - position > pieceBytesMax) break
    end = nextEnd
  }
  return { position, bytes: end - position, nextExtent: next }
}
