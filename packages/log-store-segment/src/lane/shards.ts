import type { LogBatch } from '@millrace/log-store'
import { type ShardIndex, type ShardKey, type StreamId, shardKeyText } from '@millrace/model'
import type { KeptShard, RolledSegment, ShardTrim } from '../channel/messages.js'
import { directoryEntries } from '../format/directory.js'
import { segmentPath } from '../format/names.js'
import { keyTextOf } from '../format/shard-key.js'
import type { ShardSummary } from '../segment/segment-index.js'
import type { KeeperClient } from './keeper-client.js'
import { ReadableSegment } from './readable-segment.js'
import { Shard, type ShardSegment } from './shard.js'

/** The keeper knows of more; those that the lane remembers answer late appends. */
const deletedStreamsMax = 10_000

/** The shards that a lane has opened, and the segments in which they lie. */
export class Shards {
  private readonly byStream = new Map<StreamId, Map<ShardIndex, Shard>>()
  private readonly opening = new Map<string, Promise<Shard>>()
  private readonly segments = new Map<number, ReadableSegment>()
  private readonly knownStreams: Set<StreamId>
  private readonly deletedStreams = new Set<StreamId>()
  /** Of shards that are not open yet. */
  private readonly sinks = new Map<string, (batch: LogBatch) => void>()
  /** What the keeper has not been told yet. */
  private readonly trims = new Map<string, ShardTrim>()

  constructor(
    private readonly directory: string,
    private readonly keeper: KeeperClient,
    streams: readonly StreamId[],
  ) {
    this.knownStreams = new Set(streams)
  }

  get(key: ShardKey): Shard | undefined {
    return this.byStream.get(key.streamId)?.get(key.shard)
  }

  async open(key: ShardKey): Promise<Shard> {
    const shard = this.get(key)
    if (shard) return shard
    const text = shardKeyText(key)
    const opening = this.opening.get(text) ?? this.openAnew(key, text)
    this.opening.set(text, opening)
    return opening
  }

  follow(key: ShardKey, sink: (batch: LogBatch) => void): () => void {
    const shard = this.get(key)
    if (shard) shard.sink = sink
    else this.sinks.set(shardKeyText(key), sink)
    return () => this.unfollow(key, sink)
  }

  trim(key: ShardKey, beforeMs: number): void {
    const shard = this.get(key)
    if (shard && beforeMs <= shard.trimBeforeMs) return
    if (shard) shard.trimBeforeMs = beforeMs
    const text = shardKeyText(key)
    if (beforeMs > (this.trims.get(text)?.beforeMs ?? 0)) this.trims.set(text, { shard: key, beforeMs })
  }

  sendTrims(): void {
    if (this.trims.size > 0) this.keeper.shardsTrimmed([...this.trims.values()])
    // A shard that is being opened may get an answer from before the message: it still needs its own.
    for (const text of [...this.trims.keys()]) if (!this.opening.has(text)) this.trims.delete(text)
  }

  deleteStream(streamId: StreamId): void {
    this.deletedStreams.add(streamId)
    for (const oldest of this.deletedStreams) if (this.deletedStreams.size > deletedStreamsMax) this.deletedStreams.delete(oldest)
    this.knownStreams.delete(streamId)
    for (const shard of this.byStream.get(streamId)?.values() ?? []) shard.delete()
    this.byStream.delete(streamId)
  }

  streams(): StreamId[] {
    return [...this.knownStreams]
  }

  /** A shard has records now, so its stream is one that the log holds something of. */
  noteStream(streamId: StreamId): void {
    this.knownStreams.add(streamId)
  }

  segmentOf(segmentId: number): ReadableSegment {
    let segment = this.segments.get(segmentId)
    if (!segment) {
      segment = new ReadableSegment(segmentId, segmentPath(this.directory, segmentId))
      this.segments.set(segmentId, segment)
    }
    return segment
  }

  /** Has readers find in `added` what lived in `removed`. Returns what may still be read by those that began before. */
  replace(removed: readonly number[], added: readonly RolledSegment[]): ReadableSegment[] {
    const gone = new Set(removed)
    const places = new Map<string, ShardSegment[]>()
    for (const { segmentId, directory } of added) {
      for (const { shardKey, summary } of directoryEntries(Buffer.from(directory))) {
        if (summary.bytes === 0) continue
        const keyText = keyTextOf(shardKey)
        places.set(keyText, [...(places.get(keyText) ?? []), this.place(segmentId, summary)])
      }
    }
    for (const shards of this.byStream.values()) {
      for (const shard of shards.values()) shard.moveSegments(gone, places.get(shard.keyText) ?? [])
    }
    const left = removed.flatMap((segmentId) => this.segments.get(segmentId) ?? [])
    for (const segmentId of removed) this.segments.delete(segmentId)
    return left
  }

  private unfollow(key: ShardKey, sink: (batch: LogBatch) => void): void {
    const shard = this.get(key)
    if (shard?.sink === sink) shard.sink = undefined
    const text = shardKeyText(key)
    if (this.sinks.get(text) === sink) this.sinks.delete(text)
  }

  private async openAnew(key: ShardKey, text: string): Promise<Shard> {
    const kept = await this.keeper.openShard(key)
    const shard = new Shard(key)
    this.opening.delete(text)
    this.fill(shard, kept)
    shard.sink = this.sinks.get(text)
    this.sinks.delete(text)
    shard.trimBeforeMs = Math.max(kept.trimBeforeMs, this.trims.get(text)?.beforeMs ?? 0)
    if (kept.deleted || this.deletedStreams.has(key.streamId)) {
      shard.delete()
      return shard
    }
    const shards = this.byStream.get(key.streamId) ?? new Map<ShardIndex, Shard>()
    this.byStream.set(key.streamId, shards.set(key.shard, shard))
    return shard
  }

  private fill(shard: Shard, kept: KeptShard): void {
    shard.nextOffset = kept.nextOffset
    shard.durableEnd = kept.nextOffset
    shard.lastArrivalMs = kept.lastArrivalMs
    shard.durableArrivalMs = kept.lastArrivalMs
    shard.sealed = kept.sealed
    const held = kept.segments.filter(({ summary }) => summary.bytes > 0)
    shard.segments = held.map(({ segmentId, summary }) => this.place(segmentId, summary))
  }

  private place(segmentId: number, summary: ShardSummary): ShardSegment {
    const { baseOffset, endOffset, firstArrivalMs, lastArrivalMs } = summary
    return { segment: this.segmentOf(segmentId), baseOffset, endOffset, firstArrivalMs, lastArrivalMs }
  }
}
