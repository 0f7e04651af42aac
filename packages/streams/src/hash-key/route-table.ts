import type { ShardEntry } from '../ports/cluster-state.js'
import { hashKeyToWords } from './hash-key.js'
import type { HashWords } from './md5.js'

/** Finds the open shard whose hash range holds a key: a binary search over the ranges' starts, four words each. Never changes. */
export class RouteTable {
  static readonly empty = new RouteTable([], new Uint32Array(0))

  private constructor(
    /** Open shards in the order of their hash ranges; without gaps they cover all keys. */
    readonly shards: readonly ShardEntry[],
    /** Four words for each, the most significant first. */
    readonly starts: Uint32Array,
  ) {}

  static of(shards: readonly ShardEntry[]): RouteTable {
    return RouteTable.empty.with(shards, [])
  }

  /** `replaced`: as they were before. What lies between them is copied as it is: a reshard of some costs no work on the keys of all. */
  with(changed: readonly ShardEntry[], replaced: readonly ShardEntry[]): RouteTable {
    const [removed, added] = [keyed(replaced), keyed(changed)]
    const merged = new Merge(this, added.shards.length)
    let next = 0
    for (let i = 0; i < removed.shards.length; i++) {
      for (; next < added.shards.length && compareWords(added.starts, next * 4, removed.starts, i * 4) < 0; next++) {
        merged.insert(added, next)
      }
      merged.remove(removed, i)
    }
    for (; next < added.shards.length; next++) merged.insert(added, next)
    const { shards, starts } = merged.finish()
    return new RouteTable(shards, starts)
  }

  /** Position in `shards`; −1 where there is no open shard at all. */
  find(key: HashWords): number {
    return this.shards.length === 0 ? -1 : Math.max(0, lastUpTo(this, key, 0))
  }
}

interface Keyed {
  readonly shards: readonly ShardEntry[]
  readonly starts: Uint32Array
}

/** The open ones, by their starts. */
function keyed(shards: readonly ShardEntry[]): Keyed {
  const open = shards.filter((shard) => shard.closedSecond === undefined)
  const ordered = open.map((shard) => ({ shard, start: BigInt(shard.startingHashKey) }))
  ordered.sort((a, b) => (a.start < b.start ? -1 : 1))
  const starts = new Uint32Array(ordered.length * 4)
  ordered.forEach(({ start }, i) => hashKeyToWords(start, starts, i * 4))
  return { shards: ordered.map(({ shard }) => shard), starts }
}

/** A table with some entries more and some less, told in the order of keys; what lies between is copied in runs. */
class Merge {
  private readonly shards: ShardEntry[] = []
  private readonly starts: Uint32Array
  /** Entries before it are copied, or left out. */
  private from = 0

  constructor(
    private readonly table: Keyed,
    addedMax: number,
  ) {
    this.starts = new Uint32Array((table.shards.length + addedMax) * 4)
  }

  insert(added: Keyed, i: number): void {
    this.copyTo(lastUpTo(this.table, added.starts, i * 4, this.from) + 1)
    this.append(added, i, i + 1)
  }

  remove(removed: Keyed, i: number): void {
    const { index } = removed.shards[i]
    let at = lastUpTo(this.table, removed.starts, i * 4, this.from)
    // A child that was told before its parent was closed begins where the parent does.
    while (at > this.from && this.isAlike(at, at - 1) && this.table.shards[at].index !== index) at--
    if (at < this.from || this.table.shards[at].index !== index) return
    this.copyTo(at)
    this.from = at + 1
  }

  finish(): Keyed {
    this.copyTo(this.table.shards.length)
    return { shards: this.shards, starts: this.starts.subarray(0, this.shards.length * 4) }
  }

  private isAlike(one: number, other: number): boolean {
    return compareWords(this.table.starts, one * 4, this.table.starts, other * 4) === 0
  }

  private copyTo(end: number): void {
    if (end <= this.from) return
    this.append(this.table, this.from, end)
    this.from = end
  }

  private append({ shards, starts }: Keyed, from: number, to: number): void {
    this.starts.set(starts.subarray(from * 4, to * 4), this.shards.length * 4)
    for (let i = from; i < to; i++) this.shards.push(shards[i])
  }
}

/** Of the entries from `from` on: position of the last one that starts at or before the key; `from − 1` where none does. */
function lastUpTo({ shards, starts }: Keyed, key: HashWords, keyAt: number, from = 0): number {
  let low = from - 1
  let high = shards.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (compareWords(starts, middle * 4, key, keyAt) > 0) high = middle - 1
    else low = middle
  }
  return low
}

function compareWords(one: HashWords, oneAt: number, other: HashWords, otherAt: number): number {
  for (let i = 0; i < 4; i++) {
    if (one[oneAt + i] !== other[otherAt + i]) return one[oneAt + i] - other[otherAt + i]
  }
  return 0
}
