import type { SegmentMark } from '../format/batch-header.js'
import { keyTextOf } from '../format/shard-key.js'

/**
 * Where in a segment the batches of each shard lie, sparsely: an extent is a stretch of the file that holds batches of one shard,
 * perhaps with others between them. Close batches share an extent, so that the index stays small and a read takes large pieces.
 */
export interface SegmentIndex {
  readonly mark: SegmentMark
  /** What it takes in memory. */
  readonly bytes: number
  extentsOf(shardKey: Buffer): ShardExtents | undefined
}

/** Extents of a shard in offset order. */
export interface ShardExtents {
  readonly count: number
  baseOffset(extent: number): number
  firstArrivalMs(extent: number): number
  /** In the file, where the header of the first batch begins. */
  position(extent: number): number
  bytes(extent: number): number
}

/** Batches of a shard that lie further apart than this get extents of their own. */
const gapBytesMax = 16 * 1024
const extentBytesMax = 256 * 1024
/** An extent is four numbers; a shard that has only one costs some objects more. */
const entryBytesInMemory = 100

/** What a segment holds of a shard. */
export interface ShardSummary {
  /** Of the first record; where there is none, the end. */
  readonly baseOffset: number
  /** One behind the last record, or behind the last offset that is known to have been given. */
  readonly endOffset: number
  readonly firstArrivalMs: number
  readonly lastArrivalMs: number
  /** Of batches with their headers. */
  readonly bytes: number
  readonly sealed: boolean
}

export interface IndexedBatch {
  readonly kind: 'records' | 'seal' | 'advance'
  readonly baseOffset: number
  readonly recordCount: number
  readonly arrivalMs: number
  readonly position: number
  /** With its header. */
  readonly bytes: number
}

/** The index of a segment that is being written or scanned. Batches are added in the order of the file. */
export class SegmentIndexBuilder implements SegmentIndex {
  private readonly shards = new Map<string, ShardIndexBuilder>()
  /** Extents and shards, which decide how large the footer and this index are. */
  entries = 0

  constructor(readonly mark: SegmentMark) {}

  get bytes(): number {
    return this.entries * entryBytesInMemory
  }

  /** `keyText`: of the shard's key in binary (latin1). */
  add(keyText: string, batch: IndexedBatch): void {
    let shard = this.shards.get(keyText)
    if (!shard) {
      shard = new ShardIndexBuilder()
      this.shards.set(keyText, shard)
      this.entries++
    }
    if (shard.add(batch)) this.entries++
  }

  extentsOf(shardKey: Buffer): ShardExtents | undefined {
    return this.shards.get(keyTextOf(shardKey))
  }

  /** In the order of the keys' bytes. */
  *sorted(): Generator<[string, ShardIndexBuilder]> {
    for (const keyText of [...this.shards.keys()].sort()) {
      const shard = this.shards.get(keyText)
      if (shard) yield [keyText, shard]
    }
  }
}

const numbersPerExtent = 4

export class ShardIndexBuilder implements ShardExtents {
  /** Base offset, arrival, position, bytes of each extent: one array of doubles instead of an object for each. */
  private readonly numbers: number[] = []
  private endOffset = 0
  private lastArrivalMs = 0
  private totalBytes = 0
  private sealed = false

  get count(): number {
    return this.numbers.length / numbersPerExtent
  }

  get summary(): ShardSummary {
    const { count, endOffset, lastArrivalMs, totalBytes: bytes, sealed } = this
    const baseOffset = count > 0 ? this.baseOffset(0) : endOffset
    const firstArrivalMs = count > 0 ? this.firstArrivalMs(0) : lastArrivalMs
    return { baseOffset, endOffset, firstArrivalMs, lastArrivalMs, bytes, sealed }
  }

  /** True where the batch began an extent. */
  add(batch: IndexedBatch): boolean {
    this.endOffset = Math.max(this.endOffset, batch.baseOffset + batch.recordCount)
    this.lastArrivalMs = Math.max(this.lastArrivalMs, batch.arrivalMs)
    if (batch.kind === 'seal') this.sealed = true
    if (batch.kind !== 'records') return false
    this.totalBytes += batch.bytes
    if (this.lengthen(batch)) return false
    this.numbers.push(batch.baseOffset, batch.arrivalMs, batch.position, batch.bytes)
    return true
  }

  private lengthen(batch: IndexedBatch): boolean {
    const last = this.count - 1
    if (last < 0) return false
    const end = batch.position + batch.bytes
    const gap = batch.position - this.position(last) - this.bytes(last)
    if (gap > gapBytesMax || end - this.position(last) > extentBytesMax) return false
    this.numbers[last * numbersPerExtent + 3] = end - this.position(last)
    return true
  }

  baseOffset(extent: number): number {
    return this.numbers[extent * numbersPerExtent] ?? 0
  }

  firstArrivalMs(extent: number): number {
    return this.numbers[extent * numbersPerExtent + 1] ?? 0
  }

  position(extent: number): number {
    return this.numbers[extent * numbersPerExtent + 2] ?? 0
  }

  bytes(extent: number): number {
    return this.numbers[extent * numbersPerExtent + 3] ?? 0
  }
}
