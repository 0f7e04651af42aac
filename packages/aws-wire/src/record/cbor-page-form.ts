import type { RecordCursor } from '@millrace/model'
import { array, breakByte, byteString, tag, textString, unsignedInteger } from '../codec/cbor/heads.js'
import { CborWriter, headBytesMax, headLength, writeHead } from '../codec/cbor/writer.js'
import type { PageBatch } from './get-records.js'
import { type PageForm, type RecordForm, sequenceNumberDigits } from './page-form.js'

const indefiniteMap = 0xbf
const epochTag = 1

/** Members in the order of the model, as the interpreter's encoder has them. */
export const cborPageForm: PageForm = {
  open: (recordCount) =>
    item((writer) => {
      writer.byte(indefiniteMap)
      writer.text('Records')
      writer.head(array, recordCount)
    }),
  close: (rest) => rest.subarray(1),
  records: () => new CborRecordForm(),
  encodedLength: (dataBytes) => dataBytes,
  writeData(source, from, to, target, at) {
    source.copy(target, at, from, to)
    return at + to - from
  },
}

function item(write: (writer: CborWriter) => void): Buffer {
  const writer = new CborWriter()
  write(writer)
  return writer.written()
}

const beforeSequenceNumber = item((writer) => {
  writer.byte(indefiniteMap)
  writer.text('SequenceNumber')
  writer.head(textString, sequenceNumberDigits)
})
const beforeTimestamp = item((writer) => {
  writer.text('ApproximateArrivalTimestamp')
  writer.head(tag, epochTag)
})
const dataName = item((writer) => writer.text('Data'))
const keyName = item((writer) => writer.text('PartitionKey'))
const afterPlain = Buffer.from([breakByte])
const afterEncrypted = item((writer) => {
  writer.text('EncryptionType')
  writer.text('KMS')
  writer.byte(breakByte)
})
const timestampAt = beforeSequenceNumber.length + sequenceNumberDigits + beforeTimestamp.length

class CborRecordForm implements RecordForm {
  /** Up to the head of the data, with room for the digits of the sequence number. */
  private readonly before = Buffer.alloc(timestampAt + headBytesMax + dataName.length)
  private beforeLength = 0
  private after: Buffer = afterPlain
  private batch: PageBatch | undefined

  constructor() {
    this.before.set(beforeSequenceNumber)
    this.before.set(beforeTimestamp, timestampAt - beforeTimestamp.length)
  }

  enter(batch: PageBatch): void {
    const at = writeHead(unsignedInteger, batch.arrivalMs, this.before, timestampAt)
    this.before.set(dataName, at)
    this.beforeLength = at + dataName.length
    this.after = batch.encrypted ? afterEncrypted : afterPlain
    this.batch = batch
  }

  frameLength({ hasKey, keyLength, dataLength }: RecordCursor): number {
    const key = hasKey ? keyName.length + headLength(keyLength) + keyLength : 0
    return this.beforeLength + headLength(dataLength) + key + this.after.length
  }

  writeBefore({ dataLength }: RecordCursor, position: number, _: boolean, target: Buffer, at: number): number {
    this.before.copy(target, at, 0, this.beforeLength)
    this.batch?.writeSequenceNumber(position, target, at + beforeSequenceNumber.length)
    return writeHead(byteString, dataLength, target, at + this.beforeLength)
  }

  writeAfter({ block, hasKey, keyAt, keyLength }: RecordCursor, target: Buffer, at: number): number {
    let next = at
    if (hasKey) {
      target.set(keyName, next)
      next = writeHead(textString, keyLength, target, next + keyName.length)
      for (let i = 0; i < keyLength; i++) target[next++] = block[keyAt + i]
    }
    target.set(this.after, next)
    return next + this.after.length
  }
}
