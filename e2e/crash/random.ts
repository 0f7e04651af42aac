/**
 * The choices of a run: the same seed makes the same plan (streams, records, faults and their moments). When the server does what is its
 * own matter, so two runs of a seed are alike, not equal.
 */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** In [0, 1). Mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** From `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** As `integer`, small values as likely as large ones: sizes. */
  magnitude(least: number, most: number): number {
    return Math.round(least + Math.exp(this.next() * Math.log(most - least + 1)) - 1)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('nothing to pick from')
    return from[this.integer(0, from.length - 1)] as T
  }

  /** 0 to 2^128 − 1, both ends more often than chance has it. */
  hashKey(): bigint {
    if (this.chance(0.05)) return 0n
    if (this.chance(0.05)) return 2n ** 128n - 1n
    return [0, 1, 2, 3].reduce((value) => (value << 32n) | BigInt(this.integer(0, 2 ** 32 - 1)), 0n)
  }

  /** A generator of its own for another actor. */
  fork(): Random {
    return new Random(this.integer(0, 2 ** 32 - 1))
  }
}
