import type { ReadPosition } from '@millrace/log-store'
import type { ShardExtents } from '../segment/segment-index.js'
import type { ShardSegment } from './shard.js'

/** Wanted is what reaches behind this offset and did not arrive before this time. */
export interface Start {
  readonly offset: number
  readonly arrivalMs: number
}

export function startOf(from: ReadPosition, trimBeforeMs: number): Start {
  if (from.kind === 'offset') return { offset: from.offset, arrivalMs: trimBeforeMs }
  return { offset: 0, arrivalMs: Math.max(from.arrivalMs, trimBeforeMs) }
}

/** The first segment that holds something wanted: all behind it do too. */
export function firstSegment(segments: readonly ShardSegment[], { offset, arrivalMs }: Start): number {
  return firstWhere(segments.length, (i) => {
    const held = segments[i]
    return held !== undefined && held.endOffset > offset && held.lastArrivalMs >= arrivalMs
  })
}

/** The last extent that begins at or before the start: what is wanted is in it or behind it. */
export function firstExtent(extents: ShardExtents, { offset, arrivalMs }: Start): number {
  const byOffset = firstWhere(extents.count, (extent) => extents.baseOffset(extent) > offset)
  const byArrival = firstWhere(extents.count, (extent) => extents.firstArrivalMs(extent) >= arrivalMs)
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
