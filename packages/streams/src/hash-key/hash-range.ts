import { hashKeyMax } from './hash-key.js'

/** Inclusive at both ends. */
export interface HashRange {
  readonly start: bigint
  readonly end: bigint
}

/** The ranges of a new stream's shards: floor(2^128 / count) keys each, the last one up to 2^128 − 1. */
export function evenHashRanges(count: number): HashRange[] {
  const size = (hashKeyMax + 1n) / BigInt(count)
  return Array.from({ length: count }, (_, i) => {
    const start = size * BigInt(i)
    return { start, end: i === count - 1 ? hashKeyMax : start + size - 1n }
  })
}
