import type { ShardIndex } from '@millrace/model'

/**
 * A sequence number is a pure function of what it names and gives it back, so no table stands behind it. It has AWS's form:
 * 56 decimal digits, of the number whose 47 hex digits are
 *
 *     2 | creation second of the shard (9) | shard mod 16 (1) | counter (16) | 00 | second of arrival (9) | shard (8) | 2
 *
 * Counter 0 is the shard's start, before any record: a record at offset o has counter o + 1. A closed shard ends with the counter
 * 7fffffffffffffff. Numbers of a shard order as its offsets do.
 */
export interface SequenceParts {
  readonly creationSecond: number
  readonly shard: ShardIndex
  readonly counter: bigint
  readonly arrivalSecond: number
}

export const closedCounter = 0x7fffffffffffffffn
/** From one record to the next with the same second of arrival. */
export const sequenceStep = 1n << 80n

export function sequenceValue(parts: SequenceParts): bigint {
  return (
    (2n << 184n) |
    (BigInt(parts.creationSecond) << 148n) |
    (BigInt(parts.shard & 15) << 144n) |
    (parts.counter << 80n) |
    (BigInt(parts.arrivalSecond) << 36n) |
    (BigInt(parts.shard) << 4n) |
    2n
  )
}

export function sequenceNumberOf(creationSecond: number, shard: ShardIndex, offset: number, arrivalMs: number): string {
  const arrivalSecond = Math.floor(arrivalMs / 1000)
  return sequenceValue({ creationSecond, shard, counter: BigInt(offset) + 1n, arrivalSecond }).toString()
}

export function startingSequenceNumber(creationSecond: number, shard: ShardIndex): string {
  return sequenceValue({ creationSecond, shard, counter: 0n, arrivalSecond: creationSecond }).toString()
}

/** `closedSecond`: the second before the children's creation second. */
export function endingSequenceNumber(creationSecond: number, shard: ShardIndex, closedSecond: number): string {
  return sequenceValue({ creationSecond, shard, counter: closedCounter, arrivalSecond: closedSecond }).toString()
}

const lowest = 2n << 184n
const highest = 3n << 184n
/** AWS refuses a creation date beyond it. */
const creationSecondMax = 16_025_175_000

/** Undefined where no shard of any stream can have given the number. */
export function parseSequenceNumber(text: string): SequenceParts | undefined {
  if (!/^[1-9][0-9]{55}$/.test(text)) return undefined
  const value = BigInt(text)
  if (value < lowest || value >= highest || (value & 15n) !== 2n) return undefined
  const parts: SequenceParts = {
    creationSecond: Number((value >> 148n) & 0xfffffffffn),
    shard: Number((value >> 4n) & 0xffffffffn),
    counter: (value >> 80n) & 0xffffffffffffffffn,
    arrivalSecond: Number((value >> 36n) & 0xfffffffffn),
  }
  const plausible = parts.counter <= closedCounter && parts.shard <= 0x7fffffff && parts.creationSecond < creationSecondMax
  return plausible && sequenceValue(parts) === value ? parts : undefined
}
