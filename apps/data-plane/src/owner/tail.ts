import type { LogBatch } from '@millrace/log-store'
import { blockEntriesMax, TailBlock } from './tail-block.js'

/** What falls out at one go. */
const blockBytesMax = 1024 * 1024
/** And the least part of a small budget. */
const blockShare = 1 / 16

/**
 * The newest durable batches of all shards of a lane, in memory within one budget. What falls out are the oldest batches of the lane,
 * whichever shards they belong to, so an idle shard's records give way to a busy one's.
 */
export class Tail {
  private readonly blocks: TailBlock<ShardTail>[] = []
  /** Blocks that have fallen out. */
  private droppedBlocks = 0
  private bytes = 0

  constructor(private readonly bytesMax: number) {}

  /** What is held now. */
  get heldBytes(): number {
    return this.bytes
  }

  shard(): ShardTail {
    return new ShardTail(this)
  }

  /** Returns the batch's place: which block of all that there ever were, and where in it. */
  add(owner: ShardTail, batch: LogBatch): number {
    const newest = this.blocks.at(-1)
    return (newest && this.addTo(newest, owner, batch)) ?? (this.addTo(this.beginBlock(), owner, batch) as number)
  }

  /** Lets go of the oldest until the budget is kept. */
  keepBudget(): void {
    while (this.bytes > this.bytesMax && this.blocks.length > 0) this.dropOldest()
  }

  baseOffset(place: number): number {
    return this.blockOf(place).baseOffset(place % blockEntriesMax)
  }

  batch(place: number): LogBatch {
    return this.blockOf(place).batch(place % blockEntriesMax)
  }

  private addTo(block: TailBlock<ShardTail>, owner: ShardTail, batch: LogBatch): number | undefined {
    const heldBefore = block.heldBytes
    const entry = block.add(owner, batch)
    if (entry === undefined) return undefined
    this.bytes += block.heldBytes - heldBefore
    return (this.droppedBlocks + this.blocks.length - 1) * blockEntriesMax + entry
  }

  private beginBlock(): TailBlock<ShardTail> {
    const block = new TailBlock<ShardTail>(Math.floor(Math.min(blockBytesMax, this.bytesMax * blockShare)))
    this.blocks.push(block)
    return block
  }

  private dropOldest(): void {
    const block = this.blocks.shift() as TailBlock<ShardTail>
    this.droppedBlocks++
    this.bytes -= block.heldBytes
    for (const owner of block.owners) owner.dropOldest()
  }

  private blockOf(place: number): TailBlock<ShardTail> {
    return this.blocks[Math.floor(place / blockEntriesMax) - this.droppedBlocks] as TailBlock<ShardTail>
  }
}

/** One shard's part of the tail: batches in offset order, without holes between the first and the last. */
export class ShardTail {
  /** Of its batches in the lane's tail. */
  private places: number[] = []
  private first = 0
  private closed = false

  constructor(private readonly tail: Tail) {}

  push(batch: LogBatch): void {
    if (this.closed) return
    this.places.push(this.tail.add(this, batch))
    this.tail.keepBudget()
  }

  /** The oldest batch falls out. */
  dropOldest(): void {
    this.first++
    if (this.first <= 64 || this.first * 2 <= this.places.length) return
    this.places = this.places.slice(this.first)
    this.first = 0
  }

  /** The shard has gone to another lane or is deleted: what is held stays counted until it falls out. */
  close(): void {
    this.closed = true
  }

  /** Offset of the first record held; undefined where none is. */
  get firstOffset(): number | undefined {
    return this.first < this.places.length ? this.baseOffset(this.first) : undefined
  }

  /** Batches from the one that holds `offset` on, or from the first after it. Undefined where the tail begins after `offset`. */
  batchesFrom(offset: number): Iterable<LogBatch> | undefined {
    const { places, first } = this
    if (first >= places.length || this.baseOffset(first) > offset) return undefined
    let low = first
    let high = places.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.baseOffset(middle) > offset) high = middle - 1
      else low = middle
    }
    return this.from(low)
  }

  private baseOffset(at: number): number {
    return this.tail.baseOffset(this.places[at])
  }

  private *from(at: number): Generator<LogBatch> {
    for (let i = at; i < this.places.length; i++) yield this.tail.batch(this.places[i])
  }
}
