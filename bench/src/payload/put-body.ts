import { CborWriter } from './cbor-writer.js'
import type { DatasetRecord } from './dataset.js'

export type Format = 'json' | 'cbor'

export const contentTypes: Readonly<Record<Format, string>> = {
  json: 'application/x-amz-json-1.1',
  cbor: 'application/x-amz-cbor-1.1',
}

/** Members in the order of the API's model, as AWS's SDKs write them: the stream's name comes last. */
export function putRecordsBody(format: Format, streamName: string, records: readonly DatasetRecord[]): Buffer {
  if (format === 'cbor') return putRecordsCbor(streamName, records)
  const entries = records.map(
    ({ data, partitionKey }) => `{"Data":"${data.toString('base64')}","PartitionKey":"${partitionKey}"}`,
  )
  return Buffer.from(`{"Records":[${entries.join(',')}],"StreamName":"${streamName}"}`, 'latin1')
}

export function putRecordBody(format: Format, streamName: string, { data, partitionKey }: DatasetRecord): Buffer {
  if (format === 'cbor') {
    const writer = new CborWriter(data.length + 256)
    writer.beginMap().text('StreamName').text(streamName).text('Data').bytes(data)
    return writer.text('PartitionKey').text(partitionKey).end().finish()
  }
  const members = `"StreamName":"${streamName}","Data":"${data.toString('base64')}","PartitionKey":"${partitionKey}"`
  return Buffer.from(`{${members}}`, 'latin1')
}

/** Maps and lists of indefinite length, as the Java SDK writes them. */
function putRecordsCbor(streamName: string, records: readonly DatasetRecord[]): Buffer {
  const bytes = records.reduce((sum, { data, partitionKey }) => sum + data.length + partitionKey.length + 64, 256)
  const writer = new CborWriter(bytes)
  writer.beginMap().text('Records').beginList()
  for (const { data, partitionKey } of records) {
    writer.beginMap().text('Data').bytes(data).text('PartitionKey').text(partitionKey).end()
  }
  return writer.end().text('StreamName').text(streamName).end().finish()
}
