import type { RetentionClass } from '@millrace/log-store'
import type { ShardKey, StreamId } from '@millrace/model'
import type { KeptShard, KeptShardSegment, RolledSegment } from '../channel/messages.js'
import { directoryEntries } from '../format/directory.js'
import { decodeShardKey, encodeShardKey, keyTextOf } from '../format/shard-key.js'
import type { ShardTable, ShardTableEntry } from '../format/shard-table.js'
import type { ShardSummary } from '../segment/segment-index.js'
import { DeletedStreams } from './deleted-streams.js'

/** A rolled segment, and what it holds of each shard; without those of deleted streams. */
export interface CatalogSegment {
  readonly segmentId: number
  readonly retention: RetentionClass
  readonly fileBytes: number
  /** Written by the compactor. */
  readonly isCompacted: boolean
  readonly shards: ReadonlyMap<string, ShardSummary>
}

/** How much of a segment can still be read. */
export interface Life {
  readonly bytes: number
  readonly shards: number
}

interface CatalogShard extends Omit<ShardTableEntry, 'shard'> {
  readonly key: ShardKey
  /** In offset order. */
  readonly segments: readonly KeptShardSegment[]
}

/** All that the keeper knows: rolled segments and shards. What it is told only moves it forward, so it may hear things twice. */
export class Catalog {
  /** In the order in which they were added. */
  readonly segments = new Map<number, CatalogSegment>()
  readonly deletedStreams = new DeletedStreams()
  private readonly shards = new Map<string, CatalogShard>()

  addSegment(rolled: RolledSegment, isCompacted = false): void {
    const { segmentId, retention, fileBytes } = rolled
    const shards = new Map<string, ShardSummary>()
    for (const { shardKey, summary } of directoryEntries(Buffer.from(rolled.directory))) {
      const key = decodeShardKey(shardKey, 0)
      if (this.deletedStreams.noteHolder(key.streamId, segmentId)) continue
      const keyText = keyTextOf(shardKey)
      shards.set(keyText, summary)
      this.place(keyText, key, { segmentId, summary })
    }
    this.segments.set(segmentId, { segmentId, retention, fileBytes, isCompacted, shards })
  }

  removeSegment(segmentId: number): void {
    for (const keyText of this.segments.get(segmentId)?.shards.keys() ?? []) {
      const shard = this.shards.get(keyText)
      if (!shard) continue
      this.shards.set(keyText, { ...shard, segments: shard.segments.filter((held) => held.segmentId !== segmentId) })
    }
    this.segments.delete(segmentId)
    this.deletedStreams.removeHolder(segmentId)
  }

  trim(key: ShardKey, trimBeforeMs: number): void {
    if (this.deletedStreams.has(key.streamId)) return
    this.merge(keyTextOf(encodeShardKey(key)), key, { nextOffset: 0, lastArrivalMs: 0, trimBeforeMs, sealed: false })
  }

  /** `nextSegmentId`: no segment from it on gets anything of the stream. */
  deleteStream(streamId: StreamId, nextSegmentId: number): void {
    const holders = new Set<number>()
    for (const [keyText, { key, segments }] of this.shards) {
      if (key.streamId !== streamId) continue
      for (const { segmentId } of segments) holders.add(segmentId)
      this.shards.delete(keyText)
    }
    this.deletedStreams.add(streamId, holders, nextSegmentId)
  }

  /** Those of which something is known. */
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

  /** Whether something of what a segment holds of a shard can still be read. */
  isLive(keyText: string, { bytes, lastArrivalMs }: ShardSummary): boolean {
    const shard = this.shards.get(keyText)
    return shard !== undefined && bytes > 0 && lastArrivalMs >= shard.trimBeforeMs
  }

  lifeOf(segment: CatalogSegment): Life {
    let [bytes, shards] = [0, 0]
    for (const [keyText, summary] of segment.shards) {
      if (!this.isLive(keyText, summary)) continue
      bytes += summary.bytes
      shards++
    }
    return { bytes, shards }
  }

  trimBeforeMs(keyText: string): number {
    return this.shards.get(keyText)?.trimBeforeMs ?? 0
  }

  /** Whether for every shard that these segments hold no other segment holds offsets between theirs. Nothing of a deleted one counts. */
  areNeighbours(segmentIds: ReadonlySet<number>): boolean {
    const keyTexts = new Set([...segmentIds].flatMap((segmentId) => [...(this.segments.get(segmentId)?.shards.keys() ?? [])]))
    return [...keyTexts].every((keyText) => {
      const held = (this.shards.get(keyText)?.segments ?? []).map(({ segmentId }) => segmentIds.has(segmentId))
      const count = held.filter(Boolean).length
      return count === 0 || held.lastIndexOf(true) - held.indexOf(true) < count
    })
  }

  /** Takes in what a shard table says, before any segment is added. */
  addTable(table: ShardTable): void {
    for (const streamId of table.deletedStreams) this.deletedStreams.add(streamId, [], table.nextSegmentId)
    for (const entry of table.shards) this.merge(keyTextOf(encodeShardKey(entry.shard)), entry.shard, entry)
  }

  table(): Pick<ShardTable, 'compactedSegments' | 'deletedStreams' | 'shards'> {
    const compacted = [...this.segments.values()].filter((segment) => segment.isCompacted)
    const shards = [...this.shards.values()].map(({ key: shard, nextOffset, lastArrivalMs, trimBeforeMs, sealed }) => {
      return { shard, nextOffset, lastArrivalMs, trimBeforeMs, sealed }
    })
    return {
      compactedSegments: compacted.map(({ segmentId }) => segmentId),
      deletedStreams: this.deletedStreams.all(),
      shards,
    }
  }

  private place(keyText: string, key: ShardKey, held: KeptShardSegment): void {
    const { endOffset: nextOffset, lastArrivalMs, sealed } = held.summary
    const shard = this.merge(keyText, key, { nextOffset, lastArrivalMs, sealed, trimBeforeMs: 0 })
    const segments = [...shard.segments, held].sort((a, b) => a.summary.baseOffset - b.summary.baseOffset)
    this.shards.set(keyText, { ...shard, segments })
  }

  private merge(keyText: string, key: ShardKey, news: Omit<ShardTableEntry, 'shard'>): CatalogShard {
    const shard = this.shards.get(keyText)
    const merged = {
      key,
      nextOffset: Math.max(shard?.nextOffset ?? 0, news.nextOffset),
      lastArrivalMs: Math.max(shard?.lastArrivalMs ?? 0, news.lastArrivalMs),
      trimBeforeMs: Math.max(shard?.trimBeforeMs ?? 0, news.trimBeforeMs),
      sealed: (shard?.sealed ?? false) || news.sealed,
      segments: shard?.segments ?? [],
    }
    this.shards.set(keyText, merged)
    return merged
  }
}
