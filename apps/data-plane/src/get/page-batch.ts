import type { PageBatch } from '@millrace/aws-wire'
import { type LogBatchView, SequenceDigits, type ShardEntry } from '@millrace/streams'

/** A batch as the response writer wants it. The digits are prepared by the first record that is written, not for a whole page at once. */
export function pageBatchOf(batch: LogBatchView, shard: ShardEntry): PageBatch {
  let digits: SequenceDigits | undefined
  const { buffer, byteOffset, byteLength } = batch.records
  return {
    records: Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength),
    recordCount: batch.recordCount,
    arrivalMs: batch.arrivalMs,
    encrypted: batch.encrypted,
    writeSequenceNumber(position, target, at) {
      digits ??= new SequenceDigits(shard.creationSecond, shard.index, batch.baseOffset, batch.arrivalMs)
      digits.write(position, target, at)
    },
  }
}
