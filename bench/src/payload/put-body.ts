import { encodeCbor } from '@millrace/testkit'
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
    return encodeCbor({ StreamName: streamName, Data: data, PartitionKey: partitionKey }, 'indefinite')
  }
  const members = `"StreamName":"${streamName}","Data":"${data.toString('base64')}","PartitionKey":"${partitionKey}"`
  return Buffer.from(`{${members}}`, 'latin1')
}

/** Maps and lists of indefinite length, as the Java SDK writes them. */
function putRecordsCbor(streamName: string, records: readonly DatasetRecord[]): Buffer {
  const entries = records.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey }))
  return encodeCbor({ Records: entries, StreamName: streamName }, 'indefinite')
}
