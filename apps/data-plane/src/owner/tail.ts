import type { LogBatch } from '@millrace/log-store'

/**
 * The newest durable batches of all shards of a lane, in memory within one budget. What falls out is the oldest batch of the lane,
 * whichever shard it belongs to, so an idle shard's records give way to a busy one's.
 */
export class Tail {
  private readonly order: ShardTail[] = []
  private orderFrom = 0
  private bytes = 0

  constructor(private readonly bytesMax: number) {}

  /** What is held now. */
  get heldBytes(): number {
    return this.bytes
  }

  shard(): ShardTail {
    return new ShardTail(this)
  }

  /** Called by a shard's tail after it took a batch. */
  took(tail: ShardTail, bytes: number): void {
    this.order.push(tail)
    this.bytes += bytes
    while (this.bytes > this.bytesMax && this.orderFrom < this.order.length) this.dropOldest()
  }

  private dropOldest(): void {
    this.bytes -= this.order[this.orderFrom++].dropOldest()
    if (this.orderFrom > 4096 && this.orderFrom * 2 > this.order.length) {
      this.order.splice(0, this.orderFrom)
      this.orderFrom = 0
    }
  }
}

/** One shard's part of the tail: batches in offset order, without holes between the first and the last. */
export class ShardTail {
  private batches: LogBatch[] = []
  private first = 0
  private closed = false

  constructor(private readonly tail: Tail) {}

  push(batch: LogBatch): void {
    if (this.closed) return
    this.batches.push(batch)
    this.tail.took(this, batchBytes(batch))
  }

  /** The oldest batch falls out; returns its bytes. */
  dropOldest(): number {
    const bytes = batchBytes(this.batches[this.first])
    this.first++
    if (this.first > 64 && this.first * 2 > this.batches.length) {
      this.batches = this.batches.slice(this.first)
      this.first = 0
    } else {
      this.batches[this.first - 1] = dropped
    }
    return bytes
  }

  /** The shard has gone to another lane or is deleted: what is held stays counted until it falls out. */
  close(): void {
    this.closed = true
  }

  /** Offset of the first record held; undefined where none is. */
  get firstOffset(): number | undefined {
    return this.batches[this.first]?.baseOffset
  }

  /** Batches from the one that holds `offset` on, or from the first after it. Undefined where the tail begins after `offset`. */
  batchesFrom(offset: number): Iterable<LogBatch> | undefined {
    const { batches, first } = this
    if (first >= batches.length || batches[first].baseOffset > offset) return undefined
    let low = first
    let high = batches.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (batches[middle].baseOffset > offset) high = middle - 1
      else low = middle
    }
    return this.from(low)
  }

  private *from(at: number): Generator<LogBatch> {
    for (let i = at; i < this.batches.length; i++) yield this.batches[i]
  }
}

const dropped: LogBatch = { baseOffset: -1, recordCount: 0, arrivalMs: 0, records: Buffer.alloc(0), skip: 0 }

function batchBytes(batch: LogBatch): number {
  return batch.records.length + 200
}
