import type { GetRecordsOutput, PutRecordOutput, PutRecordsOutput } from '@millrace/aws-models'
import { RecordCursor } from '@millrace/model'
import type { GetRecordsPage, PageBatch } from '../record/get-records.js'
import type { PutResults } from '../record/put-records.js'

const sequenceNumberDigits = 56

/** The output of PutRecord as a plain value. Its one record was stored. */
export function putRecordOutput(results: PutResults): PutRecordOutput {
  return { ...stored(results, 0), ...encryptionOf(results.encrypted) }
}

/** The output of PutRecords as a plain value. */
export function putRecordsOutput(results: PutResults): PutRecordsOutput {
  const Records = Array.from({ length: results.recordCount }, (_, record) => {
    const error = results.errorOf(record)
    return error ? { ErrorCode: error.code, ErrorMessage: error.message } : stored(results, record)
  })
  return { FailedRecordCount: results.failedCount, Records, ...encryptionOf(results.encrypted) }
}

/** The output of GetRecords as a plain value. */
export function getRecordsOutput(page: GetRecordsPage): GetRecordsOutput {
  return {
    Records: page.batches.flatMap(recordsOf),
    ...(page.nextShardIterator === undefined ? {} : { NextShardIterator: page.nextShardIterator }),
    MillisBehindLatest: page.millisBehindLatest,
    ...(page.childShards === undefined ? {} : { ChildShards: page.childShards }),
  }
}

function recordsOf(batch: PageBatch): GetRecordsOutput['Records'] {
  const cursor = new RecordCursor(batch.records)
  return Array.from({ length: batch.recordCount }, (_, position) => {
    cursor.next()
    const { block, keyAt, dataAt, dataLength } = cursor
    return {
      SequenceNumber: sequenceNumber((target) => batch.writeSequenceNumber(position, target, 0)),
      ApproximateArrivalTimestamp: new Date(batch.arrivalMs),
      Data: block.subarray(dataAt, dataAt + dataLength),
      ...(cursor.hasKey ? { PartitionKey: block.toString('utf8', keyAt, dataAt) } : {}),
      ...encryptionOf(batch.encrypted),
    }
  })
}

function stored(results: PutResults, record: number): { SequenceNumber: string; ShardId: string } {
  const SequenceNumber = sequenceNumber((target) => results.writeSequenceNumber(record, target, 0))
  return { SequenceNumber, ShardId: results.shardIdOf(record) }
}

function sequenceNumber(write: (target: Buffer) => void): string {
  const digits = Buffer.allocUnsafe(sequenceNumberDigits)
  write(digits)
  return digits.toString('latin1')
}

/** Unencrypted records do not say so. */
function encryptionOf(encrypted: boolean): { EncryptionType?: 'KMS' } {
  return encrypted ? { EncryptionType: 'KMS' } : {}
}
