import type { DataKeyMetadata, StreamMetadata } from '@millrace/metadata'
import type { StreamUpdate } from '@millrace/streams'
import type { DataKeys } from '../stream-encryption/data-keys.js'
import { shardDifference, shardEntriesOf } from './shard-difference.js'
import type { ShardPlacement } from './shard-placement.js'
import { streamEntry } from './stream-entry.js'

/** Shards, or data keys, in one piece. */
const pieceMax = 250

/** A stream as it was told, undefined where it was not, and as it is. */
export interface StreamStep {
  readonly before: StreamMetadata | undefined
  readonly after: StreamMetadata
}

/** What nodes are to be told of a stream: one piece, or as many as its shards and its data keys need. Each is made when it is asked for. */
export class StreamUpdates {
  constructor(
    private readonly placement: ShardPlacement,
    private readonly dataKeys: DataKeys,
  ) {}

  *of({ before, after }: StreamStep): Generator<StreamUpdate> {
    const entry = streamEntry(after)
    const { changed, gone } = shardDifference(before, after)
    const { keys, goneKeys } = keyDifference(before?.dataKeys ?? [], after.dataKeys)
    const entryOf = shardEntriesOf(after, this.placement)
    const nothing = { ...entry, shards: [], dataKeys: [] }
    const first = { ...nothing, goneShards: gone, goneDataKeys: goneKeys }
    if (changed.length + keys.length <= pieceMax) {
      yield { ...first, shards: changed.map(entryOf), dataKeys: keys.map((key) => this.dataKeys.unwrapped(after, key)) }
      return
    }
    yield first
    for (const piece of pieces(changed)) yield { ...nothing, shards: piece.map(entryOf) }
    for (const piece of pieces(keys)) yield { ...nothing, dataKeys: piece.map((key) => this.dataKeys.unwrapped(after, key)) }
  }
}

function keyDifference(before: readonly DataKeyMetadata[], after: readonly DataKeyMetadata[]) {
  if (before === after) return { keys: [], goneKeys: [] }
  const [old, present] = [new Set(before), new Set(after)]
  const keys = after.filter((key) => !old.has(key))
  return { keys, goneKeys: before.filter((key) => !present.has(key)).map(({ id }) => id) }
}

function* pieces<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += pieceMax) yield items.slice(at, at + pieceMax)
}
