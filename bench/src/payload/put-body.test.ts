import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCbor } from '@millrace/testkit'
import { Dataset } from './dataset.js'
import { putRecordBody, putRecordsBody } from './put-body.js'

const shape = { seed: 7, bodies: 2, recordsPerBody: 3, recordBytes: 300 }

test('another dataset of the same shape has the same records, and no two records of one are equal', () => {
  const [one, other] = [new Dataset(shape), new Dataset(shape)]
  assert.deepEqual(one.records(1), other.records(1))
  assert.equal(one.byPartitionKey().size, 6)
  assert.notDeepEqual(one.record(0, 0).data, one.record(1, 0).data)
})

test('JSON and CBOR bodies of PutRecords carry the same request', () => {
  const records = new Dataset(shape).records(0)
  const fromJson = JSON.parse(putRecordsBody('json', 'stream', records).toString()) as { Records: { Data: string }[] }
  const fromCbor = decodeCbor(putRecordsBody('cbor', 'stream', records)) as { Records: { Data: Buffer }[] }
  assert.deepEqual(
    fromJson.Records.map(({ Data }) => Buffer.from(Data, 'base64')),
    records.map(({ data }) => data),
  )
  assert.deepEqual(
    fromCbor,
    Object.assign(fromJson, {
      Records: fromJson.Records.map((entry) => ({ ...entry, Data: Buffer.from(entry.Data, 'base64') })),
    }),
  )
})

test('JSON and CBOR bodies of PutRecord carry the same request', () => {
  const record = new Dataset(shape).record(1, 2)
  const fromJson = JSON.parse(putRecordBody('json', 'stream', record).toString()) as { Data: string }
  assert.deepEqual(decodeCbor(putRecordBody('cbor', 'stream', record)), {
    ...fromJson,
    Data: Buffer.from(fromJson.Data, 'base64'),
  })
})
