import { RecordCursor } from '@millrace/model'
import type { LogBatch, LogPage, ReadLimit, ReadPosition } from './log-store.js'

/** A batch as a store holds it: whole, from its first record on. */
export type StoredBatch = Omit<LogBatch, 'skip'>

/**
 * Cuts a page out of batches that are added in offset order: leaves out what lies before the position or is trimmed, slices
 * blocks at record boundaries, and stops at the limit. A page takes its first record whatever its size.
 */
export class PageBuilder {
  private readonly batches: LogBatch[] = []
  private records = 0
  private bytes = 0
  private nextOffset = -1
  private full = false

  constructor(
    private readonly from: ReadPosition,
    private readonly limit: ReadLimit,
    /** Records that arrived before it are not shown. */
    private readonly trimBeforeMs: number,
  ) {}

  /** Bytes that the page may still take; 0 when it is full. */
  get bytesLeft(): number {
    return this.full ? 0 : Math.max(1, this.limit.bytesMax - this.bytes)
  }

  /** Whether anything of a batch would be taken, as far as position and trim point say. */
  wants(batch: Pick<StoredBatch, 'baseOffset' | 'recordCount' | 'arrivalMs'>): boolean {
    return this.skipIn(batch) < batch.recordCount
  }

  /** False when the page is full and no further batch can be taken. */
  add(batch: StoredBatch): boolean {
    if (this.full) return false
    const skip = this.skipIn(batch)
    if (skip >= batch.recordCount) return true
    if (batch.encryption) this.takeWhole(batch, skip)
    else this.takeRecords(batch, skip)
    return !this.full
  }

  /** `end`: the shard when the page was read. A page that is not full reaches up to the end. */
  finish(end: Pick<LogPage, 'endOffset' | 'lastArrivalMs' | 'sealed'>): LogPage {
    const start = this.from.kind === 'offset' ? this.from.offset : 0
    const nextOffset = this.full ? this.nextOffset : Math.max(start, this.nextOffset, end.endOffset)
    return { batches: this.batches, nextOffset, ...end }
  }

  /** How many records of the batch come before the position; all of them where the batch is trimmed. */
  private skipIn(batch: Pick<StoredBatch, 'baseOffset' | 'recordCount' | 'arrivalMs'>): number {
    if (batch.arrivalMs < this.trimBeforeMs) return batch.recordCount
    if (this.from.kind === 'timestamp') return batch.arrivalMs < this.from.arrivalMs ? batch.recordCount : 0
    return Math.max(0, this.from.offset - batch.baseOffset)
  }

  /** An encrypted batch cannot be cut. The first of a page is taken even where it passes the limit. */
  private takeWhole(batch: StoredBatch, skip: number): void {
    const records = batch.recordCount - skip
    const fits = this.records + records <= this.limit.recordsMax && this.bytes + batch.records.length <= this.limit.bytesMax
    if (!fits && this.batches.length > 0) {
      this.stopAt(batch.baseOffset)
      return
    }
    this.push({ ...batch, skip }, records)
    if (!fits) this.full = true
  }

  private takeRecords(batch: StoredBatch, skip: number): void {
    const rest = batch.recordCount - skip
    if (skip === 0 && this.records + rest <= this.limit.recordsMax && this.bytes + batch.records.length <= this.limit.bytesMax) {
      this.push({ ...batch, skip: 0 }, rest)
      return
    }
    const cursor = new RecordCursor(batch.records)
    cursor.skip(skip)
    const start = cursor.nextAt
    let end = start
    let taken = 0
    while (taken < rest && this.records + taken < this.limit.recordsMax && cursor.next()) {
      const isFirst = this.batches.length === 0 && taken === 0
      if (!isFirst && this.bytes + cursor.nextAt - start > this.limit.bytesMax) break
      end = cursor.nextAt
      taken++
    }
    const baseOffset = batch.baseOffset + skip
    if (taken > 0) {
      const records = batch.records.subarray(start, end)
      this.push({ ...batch, baseOffset, recordCount: taken, records, skip: 0 }, taken)
    }
    if (taken < rest) this.stopAt(baseOffset + taken)
  }

  private push(batch: LogBatch, records: number): void {
    this.batches.push(batch)
    this.records += records
    this.bytes += batch.records.length
    this.nextOffset = batch.baseOffset + batch.recordCount
    if (this.records >= this.limit.recordsMax || this.bytes >= this.limit.bytesMax) this.full = true
  }

  private stopAt(offset: number): void {
    this.nextOffset = offset
    this.full = true
  }
}
