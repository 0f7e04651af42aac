import type { ShardIndex } from '@millrace/model'
import type { RouteTable } from '../hash-key/route-table.js'
import type { DataKeyEntry, ShardEntry, StreamEntry, StreamUpdate } from '../ports/cluster-state.js'
import { childShards } from '../reshard/lineage.js'
import { StreamShards } from './stream-shards.js'

/** A stream as a node knows it as of one revision, with its shards and its data keys. */
export class StreamView {
  private constructor(
    readonly entry: StreamEntry,
    private readonly shards: StreamShards,
    private readonly dataKeys: ReadonlyMap<number, DataKeyEntry>,
  ) {}

  /** `before`: what the update differs from. */
  static of(update: StreamUpdate, before: StreamView | undefined): StreamView {
    const { shards, goneShards = [], dataKeys, goneDataKeys = [], ...entry } = update
    const keys = before?.dataKeys ?? new Map<number, DataKeyEntry>()
    return new StreamView(
      entry,
      (before?.shards ?? StreamShards.none).with(shards, goneShards),
      dataKeys.length === 0 && goneDataKeys.length === 0 ? keys : withKeys(keys, dataKeys, goneDataKeys),
    )
  }

  get routes(): RouteTable {
    return this.shards.routes
  }

  shard(index: ShardIndex): ShardEntry | undefined {
    return this.shards.get(index)
  }

  /** In no order. */
  allShards(): Iterable<ShardEntry> {
    return this.shards.all()
  }

  /** In no order. */
  shardIndexes(): ShardIndex[] {
    return [...this.shards.all()].map(({ index }) => index)
  }

  /** A reshard is about to open a shard of that number, which another node may show already: shards are numbered upwards. */
  expects(index: ShardIndex): boolean {
    if (this.entry.status !== 'UPDATING') return false
    let closes = false
    for (const shard of this.shards.all()) {
      if (shard.index >= index) return false
      closes ||= shard.closesSecond !== undefined
    }
    return closes
  }

  /** Where a closed shard goes on, by index. */
  childrenOf(parent: ShardIndex): ShardEntry[] {
    return childShards([...this.shards.all()], parent)
  }

  dataKey(id: number): DataKeyEntry | undefined {
    return this.dataKeys.get(id)
  }

  /** Puts and gets are served while ACTIVE and while UPDATING. */
  get isServing(): boolean {
    return this.entry.status === 'ACTIVE' || this.entry.status === 'UPDATING'
  }
}

function withKeys(before: ReadonlyMap<number, DataKeyEntry>, added: readonly DataKeyEntry[], gone: readonly number[]) {
  const keys = new Map(before)
  for (const id of gone) keys.delete(id)
  for (const key of added) keys.set(key.id, key)
  return keys
}
