import { randomBytes } from 'node:crypto'
import { RecordCursor, recordBytes, type StreamId, writeRecordHeader } from '@millrace/model'
import type { AppendBatch, AppendOutcome, LogBatch, LogStore, ReadPosition } from '../log-store.js'

export const limit = { recordsMax: 10_000, bytesMax: 10 * 1024 * 1024 }
export const start: ReadPosition = { kind: 'offset', offset: 0 }

export function newStreamId(): StreamId {
  return randomBytes(16).toString('hex') as StreamId
}

/** A record block whose records have these texts as data, and `key` as partition key. */
export function blockOf(...texts: string[]): Buffer {
  const records = texts.map((text) => {
    const data = Buffer.from(text)
    const record = Buffer.alloc(recordBytes(3, data.length))
    record.write('key', writeRecordHeader(record, 0, 3, data.length))
    data.copy(record, record.length - data.length)
    return record
  })
  return Buffer.concat(records)
}

/** The data of the records from `skip` on. */
export function textsOf(batches: readonly LogBatch[]): string[] {
  const texts: string[] = []
  for (const batch of batches) {
    const cursor = new RecordCursor(batch.records)
    cursor.skip(batch.skip)
    while (cursor.next()) texts.push(batch.records.toString('utf8', cursor.dataAt, cursor.dataAt + cursor.dataLength))
  }
  return texts
}

export function batchOf(shard: AppendBatch['shard'], texts: string[], nowMs = 1000): AppendBatch {
  return { shard, records: blockOf(...texts), recordCount: texts.length, nowMs, retention: 'day' }
}

/** Appends a batch that must be taken. */
export async function appended(store: LogStore, batch: AppendBatch): Promise<AppendOutcome & { kind: 'appended' }> {
  const outcome = await store.append(batch)
  if (outcome.kind !== 'appended') throw new Error(`the append was not taken: ${JSON.stringify(outcome)}`)
  return outcome
}
