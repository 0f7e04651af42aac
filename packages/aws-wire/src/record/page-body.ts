import { RecordCursor } from '@millrace/model'
import type { WireBody } from '../http/request.js'
import type { PageBatch } from './get-records.js'
import type { PageForm, RecordForm } from './page-form.js'

/** Written at one go: about a millisecond's work. */
const pieceBytesMax = 1024 * 1024
/** Data of a record that does not fit into a piece: a multiple of 3 whose base64 does. */
const partBytesMax = 720 * 1024

/**
 * GetRecords' answer: its exact length first, then the bytes, written straight from the record blocks as they are asked for. `rest`:
 * the output without its records, encoded as a structure.
 */
export function pageBody(batches: readonly PageBatch[], rest: Buffer, form: PageForm): WireBody {
  const writer = new PageWriter(batches, form, form.close(rest))
  if (writer.length > pieceBytesMax) return { kind: 'pieces', length: writer.length, pieces: () => writer.pieces() }
  return { kind: 'bytes', bytes: writer.pieces().next().value ?? new Uint8Array(0) }
}

class PageWriter {
  readonly length: number
  private readonly open: Buffer
  private piece = Buffer.alloc(0)
  private at = 0
  /** What has not been given out yet, with what is in the piece. */
  private left: number

  constructor(
    private readonly batches: readonly PageBatch[],
    private readonly form: PageForm,
    private readonly close: Buffer,
  ) {
    this.open = form.open(batches.reduce((count, batch) => count + batch.recordCount, 0))
    this.length = this.open.length + this.recordsLength() + close.length
    this.left = this.length
  }

  private recordsLength(): number {
    const records = this.form.records()
    let length = 0
    let isFirst = true
    for (const batch of this.batches) {
      records.enter(batch)
      const cursor = new RecordCursor(batch.records)
      for (; cursor.next(); isFirst = false) {
        length += records.frameLength(cursor, isFirst) + this.form.encodedLength(cursor.dataLength)
      }
    }
    return length
  }

  *pieces(): Generator<Uint8Array> {
    this.begin()
    this.append(this.open)
    const records = this.form.records()
    let isFirst = true
    for (const batch of this.batches) {
      records.enter(batch)
      const cursor = new RecordCursor(batch.records)
      for (let position = 0; cursor.next(); position++, isFirst = false) {
        const frame = records.frameLength(cursor, isFirst)
        const whole = frame + this.form.encodedLength(cursor.dataLength)
        if (whole > this.room()) {
          yield this.given()
          if (whole > this.room()) {
            yield* this.longRecord(records, cursor, position, isFirst)
            continue
          }
        }
        this.at = records.writeBefore(cursor, position, isFirst, this.piece, this.at)
        this.at = this.form.writeData(cursor.block, cursor.dataAt, cursor.nextAt, this.piece, this.at)
        this.at = records.writeAfter(cursor, this.piece, this.at)
      }
    }
    if (this.close.length > this.room()) yield this.given()
    this.append(this.close)
    yield this.given()
  }

  /** A record that fills more than a piece: its data goes in parts. */
  private *longRecord(records: RecordForm, cursor: RecordCursor, position: number, isFirst: boolean): Generator<Uint8Array> {
    this.at = records.writeBefore(cursor, position, isFirst, this.piece, this.at)
    for (let from = cursor.dataAt; from < cursor.nextAt; from += partBytesMax) {
      const to = Math.min(cursor.nextAt, from + partBytesMax)
      if (this.form.encodedLength(to - from) > this.room()) yield this.given()
      this.at = this.form.writeData(cursor.block, from, to, this.piece, this.at)
    }
    if (records.frameLength(cursor, isFirst) > this.room()) yield this.given()
    this.at = records.writeAfter(cursor, this.piece, this.at)
  }

  private append(bytes: Buffer): void {
    this.piece.set(bytes, this.at)
    this.at += bytes.length
  }

  private room(): number {
    return this.piece.length - this.at
  }

  /** Ends the piece and begins the next; pieces are given away, so none is written twice. */
  private given(): Uint8Array {
    const { piece, at } = this
    this.left -= at
    this.begin()
    return at === piece.length ? piece : piece.subarray(0, at)
  }

  private begin(): void {
    this.piece = Buffer.allocUnsafeSlow(Math.min(this.left, pieceBytesMax))
    this.at = 0
  }
}
