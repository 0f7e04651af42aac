import type { ShardEntry } from '../ports/cluster-state.js'
import { hashKeyToWords } from './hash-key.js'
import type { HashWords } from './md5.js'

/** Finds the open shard whose hash range holds a key: a binary search over the ranges' starts, four words each. */
export class RouteTable {
  /** Open shards in the order of their hash ranges; without gaps they cover all keys. */
  readonly shards: readonly ShardEntry[]
  private readonly starts: Uint32Array

  constructor(shards: readonly ShardEntry[]) {
    const open = shards.filter((shard) => shard.closedSecond === undefined)
    const keyed = open.map((shard) => ({ shard, start: BigInt(shard.startingHashKey) }))
    keyed.sort((a, b) => (a.start < b.start ? -1 : 1))
    this.shards = keyed.map((entry) => entry.shard)
    this.starts = new Uint32Array(keyed.length * 4)
    keyed.forEach((entry, i) => hashKeyToWords(entry.start, this.starts, i * 4))
  }

  /** Position in `shards`; −1 where there is no open shard at all. */
  find(key: HashWords): number {
    let low = 0
    let high = this.shards.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.startsAfter(middle, key)) high = middle - 1
      else low = middle
    }
    return high < 0 ? -1 : low
  }

  private startsAfter(position: number, key: HashWords): boolean {
    const { starts } = this
    for (let i = 0, at = position * 4; i < 4; i++, at++) {
      if (starts[at] !== key[i]) return starts[at] > key[i]
    }
    return false
  }
}
