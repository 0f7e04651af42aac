import type { ShardIndex } from '@millrace/model'
import { compareHashKeys } from '../hash-key/hash-key.js'
import type { ShardEntry } from '../ports/cluster-state.js'

/** A shard as resharding sees it: its hash range, its seconds and its parents. */
export type LineageShard = Omit<ShardEntry, 'owner' | 'closesSecond'>

/** In the order of their hash ranges: without gaps they cover all keys. */
export function openShards<S extends LineageShard>(shards: readonly S[]): S[] {
  const open = shards.filter((shard) => shard.closedSecond === undefined)
  return open.sort((a, b) => compareHashKeys(a.startingHashKey, b.startingHashKey))
}

/** None for a shard that the stream began with, one after a split, two after a merge (the one with the lower keys first). */
export function parentsOf({ parent, adjacentParent }: LineageShard): ShardIndex[] {
  return [parent, adjacentParent].filter((index) => index !== undefined)
}

/** Where a closed shard goes on, by index: what a reader is told as ChildShards at its end. None while the shard is open. */
export function childShards<S extends LineageShard>(shards: readonly S[], parent: ShardIndex): S[] {
  return shards.filter((shard) => shard.parent === parent || shard.adjacentParent === parent)
}
