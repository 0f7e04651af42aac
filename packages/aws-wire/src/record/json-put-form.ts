import { sequenceNumberDigits } from './page-form.js'
import type { PutForm, Template } from './put-form.js'

const digits = '.'.repeat(sequenceNumberDigits)
const encryptedMember = ',"EncryptionType":"KMS"'

/** Members in the order of the model, as the interpreter's encoder has them. */
export const jsonPutForm: PutForm = {
  open: (_, failedCount) => Buffer.from(`{"FailedRecordCount":${failedCount},"Records":[`),
  separatorBytes: 1,
  close: (encrypted) => Buffer.from(`]${encrypted ? encryptedMember : ''}}`),
  stored: (shardId) => template(`{"SequenceNumber":"${digits}","ShardId":"${shardId}"},`),
  failed: ({ code, message }) => Buffer.from(`${JSON.stringify({ ErrorCode: code, ErrorMessage: message })},`),
  single: (shardId, encrypted) =>
    template(`{"ShardId":"${shardId}","SequenceNumber":"${digits}"${encrypted ? encryptedMember : ''}}`),
}

function template(text: string): Template {
  return { bytes: Buffer.from(text), digitsAt: text.indexOf(digits) }
}
