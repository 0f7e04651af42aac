import { array, breakByte, unsignedInteger } from '../codec/cbor/heads.js'
import { CborWriter } from '../codec/cbor/writer.js'
import { sequenceNumberDigits } from './page-form.js'
import type { PutForm, Template } from './put-form.js'

const indefiniteMap = 0xbf
const digits = '.'.repeat(sequenceNumberDigits)

/** Members in the order of the model, as the interpreter's encoder has them. */
export const cborPutForm: PutForm = {
  open: (recordCount, failedCount) =>
    item((writer) => {
      writer.byte(indefiniteMap)
      writer.text('FailedRecordCount')
      writer.head(unsignedInteger, failedCount)
      writer.text('Records')
      writer.head(array, recordCount)
    }),
  separatorBytes: 0,
  close: (encrypted) =>
    item((writer) => {
      if (encrypted) texts(writer, ['EncryptionType', 'KMS'])
      writer.byte(breakByte)
    }),
  stored: (shardId) => template(['SequenceNumber', digits, 'ShardId', shardId]),
  failed: ({ code, message }) => textMap(['ErrorCode', code, 'ErrorMessage', message]),
  single: (shardId, encrypted) =>
    template(['ShardId', shardId, 'SequenceNumber', digits, ...(encrypted ? ['EncryptionType', 'KMS'] : [])]),
}

function template(members: readonly string[]): Template {
  const bytes = textMap(members)
  return { bytes, digitsAt: bytes.indexOf(digits) }
}

/** Keys and values by turns. */
function textMap(members: readonly string[]): Buffer {
  return item((writer) => {
    writer.byte(indefiniteMap)
    texts(writer, members)
    writer.byte(breakByte)
  })
}

function texts(writer: CborWriter, all: readonly string[]): void {
  for (const text of all) writer.text(text)
}

function item(write: (writer: CborWriter) => void): Buffer {
  const writer = new CborWriter()
  write(writer)
  return writer.written()
}
