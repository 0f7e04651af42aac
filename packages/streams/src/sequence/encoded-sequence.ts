/**
 * What AWS reads out of any number that stands where a sequence number belongs. Beside today's form (version 2, the one that
 * `sequence-number.ts` writes) there are two of AWS's past, which no shard here ever gave: they are read to be refused in its words.
 *
 *     version 0: 1 | creation second (9) | … (18) | shard (4)                                        32 hex digits
 *     version 1: 2 | creation second (9) | … (3) | second of arrival (9) | … (16) | shard (8) | 1    47 hex digits
 */
export interface EncodedSequence {
  readonly creationSecond: number
  /** Negative where its highest bit is set. */
  readonly shard: number
  readonly arrivalSecond: number
}

const version0Base = 1n << 124n
const version0End = 1n << 129n
const lowest = 1n << 185n
const highest = 3n << 184n
/** AWS refuses a creation date from here on. */
const creationSecondEnd = 16_025_175_000

/** `text`: a decimal number. Undefined where AWS takes it for no sequence number at all. */
export function encodedSequence(text: string): EncodedSequence | undefined {
  const value = full(text)
  if (value < version0End) return version0(value)
  if (value <= lowest || value >= highest) return undefined
  const version = value & 15n
  return version === 2n ? version2(value) : version === 1n ? version1(value) : undefined
}

/** As AWS shows it: a short one with the leading bit that its form leaves out. */
export function fullSequenceNumber(text: string): string {
  return String(full(text))
}

function full(text: string): bigint {
  const given = BigInt(text)
  return given < version0Base ? given + version0Base : given
}

function version0(value: bigint): EncodedSequence | undefined {
  const creationSecond = bits(value, 88n, 36n)
  return creationSecond < creationSecondEnd ? { creationSecond, shard: bits(value, 0n, 16n), arrivalSecond: 0 } : undefined
}

function version1(value: bigint): EncodedSequence {
  return { creationSecond: bits(value, 148n, 36n), shard: signed(bits(value, 4n, 32n)), arrivalSecond: bits(value, 100n, 36n) }
}

function version2(value: bigint): EncodedSequence | undefined {
  const creationSecond = bits(value, 148n, 36n)
  const isCounterNegative = bits(value, 143n, 1n) === 1
  if (isCounterNegative || creationSecond >= creationSecondEnd) return undefined
  return { creationSecond, shard: signed(bits(value, 4n, 32n)), arrivalSecond: bits(value, 36n, 36n) }
}

function bits(value: bigint, from: bigint, count: bigint): number {
  return Number((value >> from) & ((1n << count) - 1n))
}

/** AWS shows the magnitude of such a shard behind a sign, not its complement. */
function signed(shard: number): number {
  return shard > 0x7fffffff ? -shard : shard
}
