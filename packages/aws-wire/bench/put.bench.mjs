import { randomBytes, randomUUID } from 'node:crypto'
import { CborWriter } from '../dist/codec/cbor/writer.js'
import { scanPutRecordCbor, scanPutRecordsCbor } from '../dist/record/cbor-put-scan.js'
import { scanPutRecordJson, scanPutRecordsJson } from '../dist/record/json-put-scan.js'
import { report, secondsPerRun } from './measure.mjs'

/** Scan of a put's body and decoding of all its records to one buffer: MiB/s count decoded data. */
const bodies = 64

function recordsOf(count, bytes) {
  return Array.from({ length: count }, () => ({ Data: randomBytes(bytes), PartitionKey: randomUUID() }))
}

const json = {
  name: 'JSON',
  scan: scanPutRecordsJson,
  encode: (records) =>
    Buffer.from(
      JSON.stringify({
        StreamName: 'bench',
        Records: records.map(({ Data, PartitionKey }) => ({ Data: Data.toString('base64'), PartitionKey })),
      }),
    ),
}
const jsonSingle = {
  name: 'JSON PutRecord',
  scan: scanPutRecordJson,
  encode: ([{ Data, PartitionKey }]) =>
    Buffer.from(JSON.stringify({ StreamName: 'bench', Data: Data.toString('base64'), PartitionKey })),
}

/** Maps and lists of indefinite length, as AWS's Java SDK writes them. */
function cborBody(write) {
  const writer = new CborWriter()
  write(writer)
  return Buffer.from(writer.written())
}

function cborRecord(writer, { Data, PartitionKey }) {
  writer.text('Data')
  writer.bytes(Data)
  writer.text('PartitionKey')
  writer.text(PartitionKey)
}

const cbor = {
  name: 'CBOR',
  scan: scanPutRecordsCbor,
  encode: (records) =>
    cborBody((writer) => {
      writer.byte(0xbf)
      writer.text('Records')
      writer.byte(0x9f)
      for (const record of records) {
        writer.byte(0xbf)
        cborRecord(writer, record)
        writer.byte(0xff)
      }
      writer.byte(0xff)
      writer.text('StreamName')
      writer.text('bench')
      writer.byte(0xff)
    }),
}
const cborSingle = {
  name: 'CBOR PutRecord',
  scan: scanPutRecordCbor,
  encode: ([record]) =>
    cborBody((writer) => {
      writer.byte(0xbf)
      writer.text('StreamName')
      writer.text('bench')
      cborRecord(writer, record)
      writer.byte(0xff)
    }),
}

function decodeAll(source, target) {
  let at = 0
  for (let record = 0; record < source.recordCount; record++) {
    source.writeKey(record, target, at)
    at += source.keyLength(record)
    if (!source.writeData(record, target, at)) throw new Error('undecodable')
    at += source.dataLength(record)
  }
  return at
}

for (const { name, scan, encode } of [json, jsonSingle, cbor, cborSingle]) {
  for (const [count, bytes] of name.endsWith('PutRecord')
    ? [
        [1, 100],
        [1, 1024],
      ]
    : [
        [500, 100],
        [500, 1024],
        [100, 10_240],
        [5, 1_048_576],
      ]) {
    const all = Array.from({ length: Math.min(bodies, Math.ceil(2 ** 26 / (count * bytes))) }, () =>
      encode(recordsOf(count, bytes)),
    )
    const target = Buffer.allocUnsafeSlow(count * (bytes + 64))
    let next = 0
    const scanned = secondsPerRun(() => scan(all[next++ % all.length]))
    report(`${name} ${count} x ${bytes} B: scan`, count, count * bytes, scanned)
    const decoded = secondsPerRun(() => decodeAll(scan(all[next++ % all.length]), target))
    report(`${name} ${count} x ${bytes} B: scan and decode`, count, count * bytes, decoded)
  }
}
