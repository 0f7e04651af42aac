import type { LogBatch } from '@millrace/log-store'

/** Smaller batches are copied side by side; larger ones stay in the buffers in which they came. */
const packedBatchBytesMax = 16 * 1024
const packedBytesMax = 256 * 1024
/** What a batch takes besides its records, about. */
const entryBytes = 64
const wholeEntryBytes = 200

/** Base offset, records, arrival, where the batch ends among the packed ones, and whether it was decrypted. */
const numbersPerEntry = 5

/** Batches of a block at the most. */
export const blockEntriesMax = 1024

/**
 * Batches of a lane in the order in which they became durable, of whichever shards. Small ones, of which a lane holds a hundred
 * thousand, have no objects of their own: the collector would have to visit and move each of them again and again.
 */
export class TailBlock<Owner> {
  readonly owners: Owner[] = []
  heldBytes = 0
  /** Of all batches, in one array of doubles. */
  private readonly numbers: number[] = []
  private readonly whole = new Map<number, LogBatch>()
  private packed: Buffer | undefined
  private packedEnd = 0

  /** `bytesMax`: of this block; one batch may be larger. */
  constructor(private readonly bytesMax: number) {}

  /** Returns the batch's place; undefined where the block is full. */
  add(owner: Owner, batch: LogBatch): number | undefined {
    const entry = this.owners.length
    if (entry > 0 && (entry >= blockEntriesMax || this.heldBytes >= this.bytesMax)) return undefined
    if (!this.takeIn(entry, batch)) return undefined
    this.owners.push(owner)
    this.numbers.push(batch.baseOffset, batch.recordCount, batch.arrivalMs, this.packedEnd, batch.decrypted ? 1 : 0)
    return entry
  }

  baseOffset(entry: number): number {
    return this.number(entry, 0)
  }

  batch(entry: number): LogBatch {
    const whole = this.whole.get(entry)
    if (whole || !this.packed) return whole as LogBatch
    const start = entry > 0 ? this.number(entry - 1, 3) : 0
    return {
      baseOffset: this.number(entry, 0),
      recordCount: this.number(entry, 1),
      arrivalMs: this.number(entry, 2),
      records: this.packed.subarray(start, this.number(entry, 3)),
      skip: 0,
      ...(this.number(entry, 4) ? { decrypted: true } : {}),
    }
  }

  private takeIn(entry: number, batch: LogBatch): boolean {
    const { length } = batch.records
    const roomMax = Math.min(packedBytesMax, this.bytesMax)
    if (length > Math.min(packedBatchBytesMax, roomMax / 4) || batch.encryption) {
      this.whole.set(entry, batch)
      this.heldBytes += length + wholeEntryBytes
      return true
    }
    if (this.packedEnd + length > (this.packed?.length ?? roomMax)) return false
    if (!this.packed) {
      this.packed = Buffer.allocUnsafeSlow(roomMax)
      this.heldBytes += roomMax
    }
    this.packed.set(batch.records, this.packedEnd)
    this.packedEnd += length
    this.heldBytes += entryBytes
    return true
  }

  private number(entry: number, which: number): number {
    return this.numbers[entry * numbersPerEntry + which] as number
  }
}
