import { sequenceStep, sequenceValue } from './sequence-number.js'

/**
 * Writes the sequence numbers of a run of records (consecutive offsets, one second of arrival) as digits, without a BigInt or a
 * string per record: the first number and the step are kept as limbs of eight decimal digits, and the record's is computed limb
 * by limb. A run of 2^20 records stays within exact doubles.
 */
export class SequenceDigits {
  private readonly first = new Float64Array(limbCount)

  constructor(creationSecond: number, shard: number, firstOffset: number, arrivalMs: number) {
    const arrivalSecond = Math.floor(arrivalMs / 1000)
    toLimbs(sequenceValue({ creationSecond, shard, counter: BigInt(firstOffset) + 1n, arrivalSecond }), this.first)
  }

  /** The 56 digits of the record at `position` in the run. */
  write(position: number, target: Uint8Array, at: number): void {
    const { first } = this
    let carry = 0
    for (let i = 0, end = at + 56; i < limbCount; i++, end -= 8) {
      const sum = first[i] + position * step[i] + carry
      carry = Math.floor(sum / limbBase)
      writeEightDigits(sum - carry * limbBase, target, end - 8)
    }
  }
}

export const sequenceDigits = 56
const limbCount = 7
const limbBase = 100_000_000

function toLimbs(value: bigint, limbs: Float64Array): Float64Array {
  for (let i = 0, rest = value; i < limbs.length; i++, rest /= BigInt(limbBase)) limbs[i] = Number(rest % BigInt(limbBase))
  return limbs
}

const step = toLimbs(sequenceStep, new Float64Array(limbCount))

/** ASCII of 0000 to 9999. */
const fourDigits = Uint8Array.from({ length: 40_000 }, (_, i) => 48 + (Math.floor((i >> 2) / 10 ** (3 - (i & 3))) % 10))

function writeEightDigits(value: number, target: Uint8Array, at: number): void {
  const whole = value | 0
  const upper = (whole / 10_000) | 0
  const high = upper << 2
  const low = (whole - upper * 10_000) << 2
  target[at] = fourDigits[high]
  target[at + 1] = fourDigits[high + 1]
  target[at + 2] = fourDigits[high + 2]
  target[at + 3] = fourDigits[high + 3]
  target[at + 4] = fourDigits[low]
  target[at + 5] = fourDigits[low + 1]
  target[at + 6] = fourDigits[low + 2]
  target[at + 7] = fourDigits[low + 3]
}
