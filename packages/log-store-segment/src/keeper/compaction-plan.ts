import type { RetentionClass } from '@millrace/log-store'

/** What the plan looks at; shards and bytes as far as they live. */
export interface Candidate {
  readonly segmentId: number
  readonly retention: RetentionClass
  readonly fileBytes: number
  readonly liveBytes: number
  readonly liveShards: number
}

/** What else a plan has to know of some segments. */
export interface Relations {
  /** How many different shards live in them. */
  distinctShards(segmentIds: readonly number[]): number
  /** See `Catalog.areNeighbours`. */
  areNeighbours(segmentIds: readonly number[]): boolean
}

/** A segment of which less than this share lives is mostly dead. */
const liveShareMin = 0.4
const segmentsAtOnce = 8
/** A shard that has more than this in a segment is not scattered: reading it takes large pieces. */
const scatteredBytesMax = 1024 * 1024

/**
 * Which segments to write anew, in the order of their ids; undefined where nothing is to be gained.
 *
 * Mostly dead ones come first. Else eight of a class that hold about the same, little, of each of many shards: sorted by shard
 * they hold eight times as much of each in one place. So a byte is written anew about once for every time that a shard's share
 * grows eightfold, up to 1 MiB, and the number of segments that hold a shard stays small.
 */
export function planCompaction(candidates: readonly Candidate[], relations: Relations): readonly number[] | undefined {
  const dead = candidates.filter(isMostlyDead)
  for (const group of groups(dead, ({ retention }) => retention)) {
    const found = firstWindow(group, 1, (window) => relations.areNeighbours(window))
    if (found) return found
  }
  const scattered = candidates.filter((candidate) => shardBytes(candidate) < scatteredBytesMax)
  for (const group of groups(scattered, (candidate) => `${candidate.retention} ${level(candidate)}`)) {
    const found = firstWindow(
      group,
      segmentsAtOnce,
      (window) => gathers(window, group, relations) && relations.areNeighbours(window),
    )
    if (found) return found
  }
  return undefined
}

function isMostlyDead({ liveBytes, fileBytes }: Candidate): boolean {
  return liveBytes < fileBytes * liveShareMin
}

function shardBytes({ liveBytes, liveShards }: Candidate): number {
  return liveBytes / Math.max(1, liveShards)
}

/** 0 up to 4 KiB of each shard, then one more for each eightfold. */
function level(candidate: Candidate): number {
  return Math.max(0, Math.ceil(Math.log2(shardBytes(candidate) / 4096) / 3))
}

/** Whether shards come together, or small files: else sorted segments would be sorted again and again. */
function gathers(window: readonly number[], group: readonly Candidate[], relations: Relations): boolean {
  const members = group.filter(({ segmentId }) => window.includes(segmentId))
  const places = members.reduce((sum, { liveShards }) => sum + liveShards, 0)
  const largest = Math.max(...members.map(({ fileBytes }) => fileBytes))
  const total = members.reduce((sum, { liveBytes }) => sum + liveBytes, 0)
  return places >= 2 * relations.distinctShards(window) || total < 2 * largest
}

function groups(candidates: readonly Candidate[], nameOf: (candidate: Candidate) => string): Candidate[][] {
  return [...Map.groupBy(candidates, nameOf).values()].map((group) => group.sort((a, b) => a.segmentId - b.segmentId))
}

/** The first run of at most `segmentsAtOnce`, at least `countMin`, that will do. */
function firstWindow(
  group: readonly Candidate[],
  countMin: number,
  willDo: (window: readonly number[]) => boolean,
): readonly number[] | undefined {
  for (let first = 0; first + countMin <= group.length; first++) {
    const window = group.slice(first, first + segmentsAtOnce).map(({ segmentId }) => segmentId)
    if (willDo(window)) return window
  }
  return undefined
}
