import { type AppendBatch, type LogBatch, type RetentionClass, retentionClassOf } from '@millrace/log-store'
import { RecordCursor, recordBytes, type ShardKey, writeRecordHeader } from '@millrace/model'
import type { Random } from './random.js'

/** An append as its caller knows it. Every record of it says which append it is of, and at which place. */
export interface Attempt {
  readonly number: number
  readonly batch: AppendBatch
  /** The life of the process in which it was made. */
  readonly life: number
  /** `maybe`: the process ended, or the log could not say; it may be found or not. */
  state: 'pending' | 'acknowledged' | 'none' | 'maybe'
  /** Known when it is acknowledged, or was read. */
  stored: { readonly baseOffset: number; readonly arrivalMs: number } | undefined
}

export function makeAttempt(number: number, shard: ShardKey, nowMs: number, life: number, random: Random): Attempt {
  const recordCount = 1 + random.below(4)
  const fillBytes = random.pick([0, 10, 100, 400, 2000, 9000])
  const records = Array.from({ length: recordCount }, (_, i) =>
    recordOf(`${number}:${i}:${'.'.repeat(random.below(fillBytes + 1))}`),
  )
  const encryption = random.chance(0.1)
    ? { type: 1, dataKeyId: number, nonce: Buffer.alloc(12, number), tag: Buffer.alloc(16, number) }
    : undefined
  const retention: RetentionClass = retentionClassOf(
    random.chance(0.05) ? random.pick([24, 168, 8760]) : 24 + 168 * (shard.shard % 2),
  )
  const batch = { shard, records: Buffer.concat(records), recordCount, nowMs, retention, ...(encryption && { encryption }) }
  return { number, batch, life, state: 'pending', stored: undefined }
}

function recordOf(text: string): Buffer {
  const data = Buffer.from(text)
  const record = Buffer.alloc(recordBytes(1, data.length))
  const keyAt = writeRecordHeader(record, 0, 1, data.length)
  record.write('k', keyAt)
  data.copy(record, keyAt + 1)
  return record
}

/** Which append the first record of a batch is of, and at which place in it. */
export function origin(batch: LogBatch): { readonly number: number; readonly place: number } {
  const cursor = new RecordCursor(batch.records)
  cursor.next()
  const text = batch.records.toString('utf8', cursor.dataAt, cursor.dataAt + cursor.dataLength)
  const [number, place] = text.split(':').map(Number)
  if (number === undefined || place === undefined) throw new Error(`a record that nobody appended: ${text.slice(0, 40)}`)
  return { number, place }
}

/** Whether the batch is these records of the append, from `place` on. */
export function matches(attempt: Attempt, batch: LogBatch, place: number): boolean {
  const cursor = new RecordCursor(attempt.batch.records)
  cursor.skip(place)
  const from = cursor.nextAt
  cursor.skip(batch.recordCount)
  return attempt.batch.records.subarray(from, cursor.nextAt).equals(batch.records)
}
