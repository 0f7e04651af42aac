import type { LogBatch } from '@millrace/log-store'
import { RecordCursor, recordHeaderBytes } from '@millrace/model'
import type { LogBatchView } from '@millrace/streams'

/** Gathers a page of at most so many records and bytes (of data and partition keys) from batches in offset order. */
export class Page {
  readonly batches: LogBatchView[] = []
  records = 0
  bytes = 0
  /** Where the next page begins. */
  nextOffset: number

  constructor(
    private readonly recordsMax: number,
    private readonly bytesMax: number,
    fromOffset: number,
  ) {
    this.nextOffset = fromOffset
  }

  /** Takes what fits of a batch, from `nextOffset` on. False: the page is full. */
  add(batch: LogBatch): boolean {
    const skip = Math.max(batch.skip, this.nextOffset - batch.baseOffset)
    const count = batch.recordCount - skip
    if (count <= 0) return true
    const payload = batch.records.length - batch.recordCount * recordHeaderBytes
    const fitsWhole = skip === 0 && count <= this.recordsMax - this.records && payload <= this.bytesMax - this.bytes
    if (fitsWhole) this.take(batch, 0, 0, batch.records.length, count, payload)
    else this.addPart(batch, skip)
    return fitsWhole || this.nextOffset === batch.baseOffset + batch.recordCount
  }

  private addPart(batch: LogBatch, skip: number): void {
    const cursor = new RecordCursor(batch.records)
    cursor.skip(skip)
    const from = cursor.nextAt
    let count = 0
    let payload = 0
    let to = from
    while (this.records + count < this.recordsMax && cursor.next()) {
      const size = cursor.keyLength + cursor.dataLength
      const isFirst = this.records + count === 0
      if (!isFirst && this.bytes + payload + size > this.bytesMax) break
      payload += size
      count++
      to = cursor.nextAt
    }
    if (count > 0) this.take(batch, skip, from, to, count, payload)
  }

  private take(batch: LogBatch, skip: number, from: number, to: number, count: number, payload: number): void {
    this.batches.push({
      baseOffset: batch.baseOffset + skip,
      recordCount: count,
      arrivalMs: batch.arrivalMs,
      records: batch.records.subarray(from, to),
      encrypted: batch.encryption !== undefined,
    })
    this.records += count
    this.bytes += payload
    this.nextOffset = batch.baseOffset + skip + count
  }
}
