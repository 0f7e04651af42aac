import type { RecordCursor } from '@millrace/model'
import type { PageBatch } from './get-records.js'

/**
 * How GetRecords' answer is written in one encoding, piece by piece and without an object per record. A record is what comes before
 * its data, the data, and what comes after; only the data may be long.
 */
export interface PageForm {
  /** All before the first record. */
  open(recordCount: number): Buffer
  /** All after the last record. `rest`: the other members of the output, encoded as a structure. */
  close(rest: Buffer): Buffer
  records(): RecordForm
  encodedLength(dataBytes: number): number
  /** Writes a part of a record's data; a part that is not the last has a multiple of three bytes. Returns where the next byte goes. */
  writeData(source: Buffer, from: number, to: number, target: Buffer, at: number): number
}

export interface RecordForm {
  /** The records that follow are the batch's. Cheap: a page may have a batch for every record. */
  enter(batch: PageBatch): void
  /** Bytes of the record on which the cursor stands, without its encoded data. */
  frameLength(cursor: RecordCursor, isFirst: boolean): number
  writeBefore(cursor: RecordCursor, position: number, isFirst: boolean, target: Buffer, at: number): number
  writeAfter(cursor: RecordCursor, target: Buffer, at: number): number
}

export const sequenceNumberDigits = 56
