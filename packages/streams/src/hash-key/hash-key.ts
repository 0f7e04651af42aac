import type { HashWords } from './md5.js'

/** Hash keys are integers from 0 to 2^128 − 1, written in decimal in the API and held as four big-endian words for routing. */
export const hashKeyMax = (1n << 128n) - 1n

/** Undefined where the number is not below 2^128 (the model has checked the digits). */
export function parseHashKey(decimal: string): bigint | undefined {
  const value = BigInt(decimal)
  return value <= hashKeyMax ? value : undefined
}

export function hashKeyToWords(value: bigint, out: HashWords, at = 0): void {
  for (let i = 3, rest = value; i >= 0; i--, rest >>= 32n) out[at + i] = Number(rest & 0xffffffffn)
}

/** Of two decimal keys, as the model writes them: without leading zeros. Spares thousands of shards a BigInt each. */
export function compareHashKeys(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length
  return one < other ? -1 : one > other ? 1 : 0
}
