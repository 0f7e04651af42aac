import type { LogBatch } from '@millrace/log-store'
import { blockEntriesMax, type Slabs, TailBlock } from './tail-block.js'

/** What falls out at one go. */
const blockBytesMax = 1024 * 1024
/** And the least part of a small budget. */
const blockShare = 1 / 16
/** Kept to be used again. */
const spareSlabsMax = 4
/** Batches that a reader is given in one buffer: he may not want all of them. */
const copiedTogetherMax = 64

/**
 * The newest durable batches of all shards of a lane, in memory within one budget. What falls out are the oldest batches of the lane,
 * whichever shards they belong to, so an idle shard's records give way to a busy one's.
 */
export class Tail {
  private readonly blocks: TailBlock<ShardTail>[] = []
  /** Blocks that have fallen out. */
  private droppedBlocks = 0
  private bytes = 0
  private readonly blockBytes: number
  private readonly spareSlabs: Buffer[] = []
  private readonly slabs: Slabs

  constructor(private readonly bytesMax: number) {
    this.blockBytes = Math.floor(Math.min(blockBytesMax, bytesMax * blockShare))
    this.slabs = { slabBytes: this.blockBytes, take: () => this.spareSlabs.pop() ?? Buffer.allocUnsafeSlow(this.blockBytes) }
  }

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

  /** Whether two places lie in one block. */
  isTogether(place: number, other: number): boolean {
    return this.blockOf(place) === this.blockOf(other)
  }

  /** The batches at places that lie in one block. */
  batches(places: readonly number[]): Iterable<LogBatch> {
    return this.blockOf(places[0]).batches(places.map((place) => place % blockEntriesMax))
  }

  private addTo(block: TailBlock<ShardTail>, owner: ShardTail, batch: LogBatch): number | undefined {
    const heldBefore = block.heldBytes
    const entry = block.add(owner, batch)
    if (entry === undefined) return undefined
    this.bytes += block.heldBytes - heldBefore
    return (this.droppedBlocks + this.blocks.length - 1) * blockEntriesMax + entry
  }

  private beginBlock(): TailBlock<ShardTail> {
    const block = new TailBlock<ShardTail>(this.blockBytes, this.slabs)
    this.blocks.push(block)
    return block
  }

  private dropOldest(): void {
    const block = this.blocks.shift() as TailBlock<ShardTail>
    this.droppedBlocks++
    this.bytes -= block.heldBytes
    for (const owner of block.owners) owner.dropOldest()
    const slab = block.letGo()
    if (slab && this.spareSlabs.length < spareSlabsMax) this.spareSlabs.push(slab)
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
    const { places, tail } = this
    for (let from = at; from < places.length; ) {
      const to = Math.min(places.length, from + copiedTogetherMax)
      let end = from + 1
      while (end < to && tail.isTogether(places[from], places[end])) end++
      yield* tail.batches(places.slice(from, end))
      from = end
    }
  }
}
