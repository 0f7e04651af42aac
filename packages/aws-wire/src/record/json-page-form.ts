import type { RecordCursor } from '@millrace/model'
import { withSlices } from '../codec/native-slices.js'
import { base64Length, writeBase64 } from './base64-write.js'
import type { PageBatch } from './get-records.js'
import { jsonTextLength, writeJsonText } from './json-text.js'
import { type PageForm, type RecordForm, sequenceNumberDigits } from './page-form.js'

const beforeSequenceNumber = ',{"SequenceNumber":"'
const beforeKey = Buffer.from('","PartitionKey":"')

/** Members in the order of the model, as the interpreter's encoder has them. */
export const jsonPageForm: PageForm = {
  open: () => Buffer.from('{"Records":['),
  close: (rest) => Buffer.concat([Buffer.from('],'), rest.subarray(1)]),
  records: () => new JsonRecordForm(),
  encodedLength: base64Length,
  writeData: writeBase64,
}

const afterPlain = Buffer.from('"}')
const afterEncrypted = Buffer.from('","EncryptionType":"KMS"}')
const beforeData = ',"Data":"'
const beforeTimestamp = `${beforeSequenceNumber}${' '.repeat(sequenceNumberDigits)}","ApproximateArrivalTimestamp":`
const timestampCharactersMax = 32

class JsonRecordForm implements RecordForm {
  /** Up to the data, with room for the digits of the sequence number. */
  private readonly before = withSlices(Buffer.alloc(beforeTimestamp.length + timestampCharactersMax + beforeData.length))
  private beforeLength = 0
  private after: Buffer = afterPlain
  private batch: PageBatch | undefined

  constructor() {
    this.before.latin1Write(beforeTimestamp, 0, beforeTimestamp.length)
  }

  enter(batch: PageBatch): void {
    const rest = batch.arrivalMs / 1000 + beforeData
    this.beforeLength = beforeTimestamp.length + this.before.latin1Write(rest, beforeTimestamp.length, rest.length)
    this.after = batch.encrypted ? afterEncrypted : afterPlain
    this.batch = batch
  }

  frameLength(cursor: RecordCursor, isFirst: boolean): number {
    const key = cursor.hasKey ? beforeKey.length + jsonTextLength(cursor.block, cursor.keyAt, cursor.dataAt) : 0
    return this.beforeLength - (isFirst ? 1 : 0) + key + this.after.length
  }

  writeBefore(_: RecordCursor, position: number, isFirst: boolean, target: Buffer, at: number): number {
    const from = isFirst ? 1 : 0
    this.before.copy(target, at, from, this.beforeLength)
    this.batch?.writeSequenceNumber(position, target, at + beforeSequenceNumber.length - from)
    return at + this.beforeLength - from
  }

  writeAfter(cursor: RecordCursor, target: Buffer, at: number): number {
    let next = at
    if (cursor.hasKey) {
      target.set(beforeKey, next)
      next = writeJsonText(cursor.block, cursor.keyAt, cursor.dataAt, target, next + beforeKey.length)
    }
    target.set(this.after, next)
    return next + this.after.length
  }
}
