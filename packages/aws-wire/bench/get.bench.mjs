import { randomBytes, randomUUID } from 'node:crypto'
import { recordBytes, writeRecordHeader } from '@millrace/model'
import { cborPageForm } from '../dist/record/cbor-page-form.js'
import { jsonPageForm } from '../dist/record/json-page-form.js'
import { pageBody } from '../dist/record/page-body.js'
import { report, secondsPerRun } from './measure.mjs'

/** Writing GetRecords' answer from record blocks: MiB/s count data. */
const digits = Buffer.from('4'.repeat(56))

function pageOf(records, dataLength, perBatch) {
  const batches = []
  for (let left = records; left > 0; left -= perBatch) {
    const count = Math.min(left, perBatch)
    const block = Buffer.allocUnsafe(count * recordBytes(36, dataLength))
    for (let i = 0, at = 0; i < count; i++) {
      at = writeRecordHeader(block, at, 36, dataLength)
      at += block.write(randomUUID(), at)
      at += randomBytes(dataLength).copy(block, at)
    }
    batches.push({
      records: block,
      recordCount: count,
      arrivalMs: 1_700_000_000_123,
      encrypted: false,
      writeSequenceNumber: (_, target, at) => digits.copy(target, at),
    })
  }
  return batches
}

for (const [name, form] of [
  ['JSON', jsonPageForm],
  ['CBOR', cborPageForm],
]) {
  for (const [records, bytes, perBatch] of [
    [10_000, 100, 500],
    [10_000, 100, 1],
    [10_000, 1024, 500],
    [1000, 10_240, 100],
    [10, 1_048_576, 1],
  ]) {
    const pages = Array.from({ length: 4 }, () => pageOf(records, bytes, perBatch))
    let next = 0
    const seconds = secondsPerRun(() => {
      const body = pageBody(pages[next++ % pages.length], Buffer.from('{}'), form)
      for (const _ of body.kind === 'pieces' ? body.pieces() : []);
    })
    report(`${name} page of ${records} x ${bytes} B by ${perBatch}`, records, records * bytes, seconds)
  }
}
