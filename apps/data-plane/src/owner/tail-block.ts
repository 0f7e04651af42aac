import type { LogBatch } from '@millrace/log-store'

/** Of a slab: smaller batches are copied side by side, larger ones stay in the buffers in which they came. */
const packedBatchShare = 1 / 2
/** What a batch takes besides its records, about. */
const entryBytes = 64
const wholeEntryBytes = 200

/** Base offset, records, arrival, where the batch ends among the packed ones, and whether it was decrypted. */
const numbersPerEntry = 5

/** Batches of a block at the most. */
export const blockEntriesMax = 1024

/** Where batches are packed; used again when their block has fallen out, and thus only copied from. */
export interface Slabs {
  readonly slabBytes: number
  take(): Buffer
}

/**
 * Batches of a lane in the order in which they became durable, of whichever shards. They have no objects and no memory of their own:
 * the collector would have to visit and move each of a hundred thousand again and again, and to run for the memory alone.
 */
export class TailBlock<Owner> {
  readonly owners: Owner[] = []
  heldBytes = 0
  private recordBytes = 0
  /** Of all batches, in one array of doubles. */
  private readonly numbers: number[] = []
  private readonly whole = new Map<number, LogBatch>()
  private slab: Buffer | undefined
  private packedEnd = 0

  /** `bytesMax`: of its records; one batch may be larger. */
  constructor(
    private readonly bytesMax: number,
    private readonly slabs: Slabs,
  ) {}

  /** Nobody asks for the block's batches any more: returns what may be used again. */
  letGo(): Buffer | undefined {
    const { slab } = this
    this.slab = undefined
    return slab
  }

  /** Returns the batch's place; undefined where the block is full. */
  add(owner: Owner, batch: LogBatch): number | undefined {
    const entry = this.owners.length
    if (entry > 0 && (entry >= blockEntriesMax || this.recordBytes >= this.bytesMax)) return undefined
    if (!this.takeIn(entry, batch)) return undefined
    this.recordBytes += batch.records.length
    this.owners.push(owner)
    this.numbers.push(batch.baseOffset, batch.recordCount, batch.arrivalMs, this.packedEnd, batch.decrypted ? 1 : 0)
    return entry
  }

  baseOffset(entry: number): number {
    return this.number(entry, 0)
  }

  /** The batches, in memory that stays as it is: packed ones are copied, all of them into one buffer. */
  *batches(entries: readonly number[]): Generator<LogBatch> {
    let copied = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + this.packedLength(entry), 0))
    for (const entry of entries) {
      const whole = this.whole.get(entry)
      if (whole) {
        yield whole
        continue
      }
      const length = this.packedLength(entry)
      this.slab?.copy(copied, 0, this.packedStart(entry), this.packedStart(entry) + length)
      yield this.batchOf(entry, copied.subarray(0, length))
      copied = copied.subarray(length)
    }
  }

  private batchOf(entry: number, records: Buffer): LogBatch {
    return {
      baseOffset: this.number(entry, 0),
      recordCount: this.number(entry, 1),
      arrivalMs: this.number(entry, 2),
      records,
      skip: 0,
      ...(this.number(entry, 4) ? { decrypted: true } : {}),
    }
  }

  private takeIn(entry: number, batch: LogBatch): boolean {
    const { length } = batch.records
    const { slabBytes } = this.slabs
    if (length > slabBytes * packedBatchShare || batch.encryption) {
      this.whole.set(entry, batch)
      this.heldBytes += length + wholeEntryBytes
      return true
    }
    if (this.packedEnd + length > slabBytes) return false
    if (!this.slab) {
      this.slab = this.slabs.take()
      this.heldBytes += slabBytes
    }
    this.slab.set(batch.records, this.packedEnd)
    this.packedEnd += length
    this.heldBytes += entryBytes
    return true
  }

  private packedStart(entry: number): number {
    return entry > 0 ? this.number(entry - 1, 3) : 0
  }

  private packedLength(entry: number): number {
    return this.number(entry, 3) - this.packedStart(entry)
  }

  private number(entry: number, which: number): number {
    return this.numbers[entry * numbersPerEntry + which] as number
  }
}
