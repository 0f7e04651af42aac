import type { RetentionClass } from '@millrace/log-store'
import type { ShardKey, StreamId } from '@millrace/model'
import type { KeptShard, RolledSegment } from '../channel/messages.js'
import { directoryEntries } from '../format/directory.js'
import { decodeShardKey, encodeShardKey, keyTextOf } from '../format/shard-key.js'
import type { ShardTable, ShardTableEntry } from '../format/shard-table.js'
import type { ShardSummary } from '../segment/segment-index.js'

/** A rolled segment, and what it holds of each shard. */
export interface CatalogSegment {
  readonly segmentId: number
  readonly retention: RetentionClass
  readonly fileBytes: number
  readonly directory: Uint8Array
  readonly shards: ReadonlyMap<string, ShardSummary>
}

interface CatalogShard {
  readonly key: ShardKey
  nextOffset: number
  lastArrivalMs: number
  trimBeforeMs: number
  sealed: boolean
  /** In offset order. */
  segments: CatalogShardSegment[]
}

export interface CatalogShardSegment {
  readonly segmentId: number
  readonly summary: ShardSummary
}

/** All that the keeper knows: the rolled segments and the shards. What it is told only ever moves it forward, so it may hear things twice. */
export class Catalog {
  readonly segments = new Map<number, CatalogSegment>()
  private readonly shards = new Map<string, CatalogShard>()
  private readonly deletedStreams = new Set<StreamId>()

  addSegment(rolled: RolledSegment): void {
    const shards = new Map<string, ShardSummary>()
    for (const { shardKey, summary } of directoryEntries(Buffer.from(rolled.directory))) {
      const key = decodeShardKey(shardKey, 0)
      if (this.deletedStreams.has(key.streamId)) continue
      const keyText = keyTextOf(shardKey)
      shards.set(keyText, summary)
      this.place(this.shardOf(keyText, key), rolled.segmentId, summary)
    }
    this.segments.set(rolled.segmentId, { ...rolled, shards })
  }

  removeSegment(segmentId: number): void {
    for (const keyText of this.segments.get(segmentId)?.shards.keys() ?? []) {
      const shard = this.shards.get(keyText)
      if (shard) shard.segments = shard.segments.filter((held) => held.segmentId !== segmentId)
    }
    this.segments.delete(segmentId)
  }

  /** Segments of which nothing can be read any more: what they hold is trimmed, or its stream is deleted. */
  deadSegments(): number[] {
    const dead: number[] = []
    for (const { segmentId, shards } of this.segments.values()) {
      if ([...shards].every(([keyText, summary]) => this.isDead(keyText, summary))) dead.push(segmentId)
    }
    return dead
  }

  private isDead(keyText: string, { lastArrivalMs }: ShardSummary): boolean {
    const shard = this.shards.get(keyText)
    return shard === undefined || lastArrivalMs < shard.trimBeforeMs
  }

  /** Forgets deleted streams of which no segment holds anything. Only while no lane is writing. */
  forgetDeleted(held: ReadonlySet<StreamId>): void {
    for (const streamId of this.deletedStreams) if (!held.has(streamId)) this.deletedStreams.delete(streamId)
  }

  trim(key: ShardKey, beforeMs: number): void {
    if (this.deletedStreams.has(key.streamId)) return
    const shard = this.shardOf(keyTextOf(encodeShardKey(key)), key)
    shard.trimBeforeMs = Math.max(shard.trimBeforeMs, beforeMs)
  }

  deleteStream(streamId: StreamId): void {
    this.deletedStreams.add(streamId)
    for (const [keyText, shard] of this.shards) if (shard.key.streamId === streamId) this.shards.delete(keyText)
  }

  streams(): StreamId[] {
    return [...new Set([...this.shards.values()].map((shard) => shard.key.streamId))]
  }

  shard(key: ShardKey): KeptShard {
    const deleted = this.deletedStreams.has(key.streamId)
    const shard = this.shards.get(keyTextOf(encodeShardKey(key)))
    if (!shard) return { nextOffset: 0, lastArrivalMs: 0, trimBeforeMs: 0, sealed: false, deleted, segments: [] }
    const { nextOffset, lastArrivalMs, trimBeforeMs, sealed, segments } = shard
    return { nextOffset, lastArrivalMs, trimBeforeMs, sealed, deleted, segments }
  }

  /** Takes in what a shard table says. Segments may have been added before. */
  addTable(table: ShardTable): void {
    for (const streamId of table.deletedStreams) this.deleteStream(streamId)
    for (const entry of table.shards) this.merge(this.shardOf(keyTextOf(encodeShardKey(entry.shard)), entry.shard), entry)
  }

  table(): Pick<ShardTable, 'shards' | 'deletedStreams'> {
    const shards = [...this.shards.values()].map(({ key: shard, nextOffset, lastArrivalMs, trimBeforeMs, sealed }) => {
      return { shard, nextOffset, lastArrivalMs, trimBeforeMs, sealed }
    })
    return { shards, deletedStreams: [...this.deletedStreams] }
  }

  private shardOf(keyText: string, key: ShardKey): CatalogShard {
    let shard = this.shards.get(keyText)
    if (!shard) {
      shard = { key, nextOffset: 0, lastArrivalMs: 0, trimBeforeMs: 0, sealed: false, segments: [] }
      this.shards.set(keyText, shard)
    }
    return shard
  }

  private place(shard: CatalogShard, segmentId: number, summary: ShardSummary): void {
    const { endOffset: nextOffset, lastArrivalMs, sealed } = summary
    this.merge(shard, { nextOffset, lastArrivalMs, sealed, trimBeforeMs: 0 })
    shard.segments.push({ segmentId, summary })
    shard.segments.sort((a, b) => a.summary.baseOffset - b.summary.baseOffset)
  }

  private merge(shard: CatalogShard, news: Omit<ShardTableEntry, 'shard'>): void {
    shard.nextOffset = Math.max(shard.nextOffset, news.nextOffset)
    shard.lastArrivalMs = Math.max(shard.lastArrivalMs, news.lastArrivalMs)
    shard.trimBeforeMs = Math.max(shard.trimBeforeMs, news.trimBeforeMs)
    shard.sealed ||= news.sealed
  }
}
