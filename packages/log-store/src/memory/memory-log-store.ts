import { type ShardIndex, type ShardKey, type StreamId, shardKeyText } from '@millrace/model'
import type {
  AppendBatch,
  AppendOutcome,
  LogBatch,
  LogPage,
  LogStore,
  ReadLimit,
  ReadPosition,
  ShardState,
} from '../log-store.js'
import { PageBuilder, type StoredBatch } from '../page-builder.js'

/** A log without a disk, for tests of what is built on the port. It keeps nothing across a restart. */
export class MemoryLogStore implements LogStore {
  private readonly shards = new Map<StreamId, Map<ShardIndex, MemoryShard>>()
  private readonly deleted = new Set<StreamId>()
  private readonly sinks = new Map<string, (batch: LogBatch) => void>()

  async open(key: ShardKey): Promise<ShardState> {
    return this.shard(key).state()
  }

  async append(batch: AppendBatch): Promise<AppendOutcome> {
    if (this.deleted.has(batch.shard.streamId)) return { kind: 'sealed' }
    const shard = this.shard(batch.shard)
    if (shard.sealed) return { kind: 'sealed' }
    const stored = shard.append(batch)
    this.sinks.get(shardKeyText(batch.shard))?.({ ...stored, skip: 0 })
    return { kind: 'appended', baseOffset: stored.baseOffset, arrivalMs: stored.arrivalMs }
  }

  async seal(key: ShardKey): Promise<{ readonly endOffset: number }> {
    const shard = this.shard(key)
    shard.sealed = true
    return { endOffset: shard.nextOffset }
  }

  async read(key: ShardKey, from: ReadPosition, limit: ReadLimit): Promise<LogPage> {
    return this.shard(key).read(from, limit)
  }

  follow(key: ShardKey, sink: (batch: LogBatch) => void): () => void {
    const text = shardKeyText(key)
    this.sinks.set(text, sink)
    return () => {
      if (this.sinks.get(text) === sink) this.sinks.delete(text)
    }
  }

  trim(key: ShardKey, beforeMs: number): void {
    this.shard(key).trim(beforeMs)
  }

  deleteStream(streamId: StreamId): void {
    this.shards.delete(streamId)
    this.deleted.add(streamId)
  }

  streams(): StreamId[] {
    return [...this.shards.keys()]
  }

  async close(): Promise<void> {
    this.sinks.clear()
  }

  private shard(key: ShardKey): MemoryShard {
    if (this.deleted.has(key.streamId)) return new MemoryShard()
    const ofStream = this.shards.get(key.streamId) ?? new Map<ShardIndex, MemoryShard>()
    this.shards.set(key.streamId, ofStream)
    const shard = ofStream.get(key.shard) ?? new MemoryShard()
    ofStream.set(key.shard, shard)
    return shard
  }
}

class MemoryShard {
  sealed = false
  nextOffset = 0
  private batches: StoredBatch[] = []
  private lastArrivalMs = 0
  private trimBeforeMs = 0

  append(batch: AppendBatch): StoredBatch {
    const arrivalMs = Math.max(batch.nowMs, this.lastArrivalMs)
    const { records, recordCount, encryption } = batch
    const stored = { baseOffset: this.nextOffset, recordCount, arrivalMs, records, ...(encryption && { encryption }) }
    this.batches.push(stored)
    this.nextOffset += recordCount
    this.lastArrivalMs = arrivalMs
    return stored
  }

  state(): ShardState {
    const { nextOffset, lastArrivalMs, sealed } = this
    return { nextOffset, lastArrivalMs, sealed, trimOffset: this.batches[0]?.baseOffset ?? nextOffset }
  }

  read(from: ReadPosition, limit: ReadLimit): LogPage {
    const page = new PageBuilder(from, limit, this.trimBeforeMs)
    for (const batch of this.batches) if (!page.add(batch)) break
    return page.finish({ endOffset: this.nextOffset, lastArrivalMs: this.lastArrivalMs, sealed: this.sealed })
  }

  trim(beforeMs: number): void {
    this.trimBeforeMs = Math.max(this.trimBeforeMs, beforeMs)
    this.batches = this.batches.filter((batch) => batch.arrivalMs >= this.trimBeforeMs)
  }
}
