import { hashKeyMax } from '../hash-key/hash-key.js'
import { evenHashRanges } from '../hash-key/hash-range.js'
import { type LineageShard, openShards } from './lineage.js'

/** Where an UpdateShardCount is going. Fixed before its first round and stored, for it cannot be found again once rounds are done. */
export interface UniformScaling {
  /** Decimal, rising from 0: the starts of the shards that will be open. */
  readonly startingHashKeys: readonly string[]
}

/**
 * AWS's plan, found from recordings of how many shards there are in all afterwards (2→4: 6, 4→5: 15, 10→13: 37, 4→2: 6, 5→3: 7,
 * 4→3: 11): every shard is split once at most, then merged once at most, which also explains why a stream can be doubled or halved
 * and no more. Within that, ranges are even. Where even ranges would take more (a shard with two cuts inside, as in 10→13, or a new
 * shard of three pieces, as in 5→3), the cut that is nearest to a boundary that is there gives way to it; of a new shard's two cuts
 * that are equally near, both. Even ranges at any price would take 43 and 13 shards instead of 37 and 7.
 *
 * A stream that was split unevenly by hand may need more: then cuts that are far from every boundary stay.
 */
export function planUniformScaling(shards: readonly LineageShard[], targetShardCount: number): UniformScaling {
  const present = openShards(shards).map((shard) => BigInt(shard.startingHashKey))
  const boundaries = evenBoundaries(present, targetShardCount)
  for (const i of nearestFirst(boundaries)) {
    const cut = boundaries[i]
    if (!cut.isCut) continue
    const crowded = [i - 1, i].find((shard) => piecesOf(boundaries, shard, present.length) > 2)
    if (crowded !== undefined) {
      const twin = boundaries[crowded === i ? i + 1 : i - 1]
      if (twin?.mayGiveWay && isAsNear(twin, cut, present.length)) giveWay(twin, present)
    } else if (!hasTwoCuts(boundaries, i)) {
      continue
    }
    giveWay(cut, present)
  }
  return { startingHashKeys: boundaries.map(({ key }) => String(key)) }
}

/** Where a shard of the target begins. */
interface Boundary {
  key: bigint
  /** Lies inside a shard that is there; else where one begins. */
  isCut: boolean
  /** Position, among the starts that are there, of the last one up to the key. */
  within: number
  /** Position of the start that is nearest, and how far away it is. */
  readonly nearest: number
  readonly distance: bigint
  /** Nearer to that start than any other boundary of the target. */
  readonly mayGiveWay: boolean
}

function evenBoundaries(present: readonly bigint[], count: number): Boundary[] {
  const ranges = evenHashRanges(count)
  const size = ranges[0].end + 1n
  const rounding = BigInt(present.length + count)
  let within = 0
  return ranges.map(({ start: key }) => {
    while (within + 1 < present.length && present[within + 1] <= key) within++
    const below = key - present[within]
    const above = (present[within + 1] ?? hashKeyMax + size) - key
    const distance = below <= above ? below : above
    const nearest = below <= above ? within : within + 1
    const boundary = { key, isCut: true, within, nearest, distance, mayGiveWay: 2n * distance < size }
    if (distance <= rounding) giveWay(boundary, present)
    return boundary
  })
}

/** Those that may give way. Giving way makes nothing worse for the others, so that each needs to be looked at once. */
function nearestFirst(boundaries: readonly Boundary[]): number[] {
  const near = boundaries.map((_, i) => i).filter((i) => boundaries[i].mayGiveWay)
  return near.sort((a, b) => (boundaries[a].distance < boundaries[b].distance ? -1 : 1))
}

function giveWay(boundary: Boundary, present: readonly bigint[]): void {
  boundary.isCut = false
  boundary.within = boundary.nearest
  boundary.key = present[boundary.nearest]
}

function hasTwoCuts(boundaries: readonly Boundary[], i: number): boolean {
  const { isCut, within } = boundaries[i]
  return isCut && [boundaries[i - 1], boundaries[i + 1]].some((other) => other?.isCut && other.within === within)
}

/** Of how many pieces of what is there a shard of the target is merged. */
function piecesOf(boundaries: readonly Boundary[], shard: number, presentCount: number): number {
  const next = boundaries[shard + 1]
  const lastInside = next ? next.within - (next.isCut ? 0 : 1) : presentCount - 1
  return lastInside - boundaries[shard].within + 1
}

/** Even ranges of both counts are rounded, each boundary by less than its count. */
function isAsNear(twin: Boundary, cut: Boundary, presentCount: number): boolean {
  const difference = twin.distance - cut.distance
  return twin.isCut && (difference < 0n ? -difference : difference) <= BigInt(2 * presentCount)
}
