import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'
import { recordBytes, writeRecordHeader } from '@millrace/model'
import { cborCodec } from '../codec/cbor/cbor-codec.js'
import type { Codec } from '../codec/codec.js'
import { jsonCodec } from '../codec/json/json-codec.js'
import { SeededRandom } from '../fuzz/random.js'
import { getRecordsOutput, putRecordOutput, putRecordsOutput } from '../fuzz/reference-answers.js'
import { ShapeTable } from '../shape/shape-node.js'
import type { GetRecordsPage, PageBatch } from './get-records.js'
import { pageBody } from './page-body.js'
import { putRecordAnswer, putRecordsAnswer } from './put-answer.js'
import type { PutResults } from './put-records.js'
import { recordCodecOf } from './record-codec.js'

const shapes = new ShapeTable(serviceModel('kinesis'))
const keys = ['k', 'ключ', '😀', 'a"b\\c/d', '\u0000\u001f\b\t\n\f\r\u007f', 'x'.repeat(256), undefined]

function digitsOf(position: number): string {
  return `49${String(position).padStart(54, '0')}`
}

function batchOf(random: SeededRandom, sizes: readonly number[]): PageBatch {
  const records = sizes.map((size) => {
    const key = random.pick(keys)
    const keyBytes = key === undefined ? -1 : Buffer.byteLength(key)
    const record = Buffer.alloc(recordBytes(Math.max(0, keyBytes), size))
    const at = writeRecordHeader(record, 0, keyBytes, size)
    record.write(key ?? '', at)
    random.bytes(Math.min(size, 4096)).copy(record, at + Math.max(0, keyBytes))
    return record
  })
  return {
    records: Buffer.concat(records),
    recordCount: records.length,
    arrivalMs: random.pick([0, 1, 1_700_000_000_000, 1_700_000_000_120, 1_700_000_000_123]),
    encrypted: random.chance(20),
    writeSequenceNumber: (position, target, at) => target.write(digitsOf(position), at, 'latin1'),
  }
}

function pageOf(random: SeededRandom, batches: readonly PageBatch[]): GetRecordsPage {
  const childShards = [
    {
      ShardId: 'shardId-000000000001',
      ParentShards: ['shardId-000000000000'],
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: '9' },
    },
  ]
  const isEnd = random.chance(30)
  return {
    batches,
    nextShardIterator: isEnd ? undefined : 'AAAA/+==',
    millisBehindLatest: random.pick([0, 1234, 86_400_000]),
    childShards: isEnd ? childShards : undefined,
  }
}

function written(page: GetRecordsPage, codec: Codec): Buffer {
  const { nextShardIterator: NextShardIterator, millisBehindLatest: MillisBehindLatest, childShards: ChildShards } = page
  const rest = codec.encode({ NextShardIterator, MillisBehindLatest, ChildShards }, shapes.structure('GetRecordsOutput'))
  const body = pageBody(page.batches, rest, recordCodecOf(codec).pageForm)
  if (body.kind === 'bytes') return Buffer.from(body.bytes)
  assert.equal(body.kind, 'pieces')
  if (body.kind !== 'pieces') return Buffer.alloc(0)
  const pieces = [...body.pieces()]
  assert.ok(pieces.every((piece) => piece.length > 0 && piece.length <= 1024 * 1024))
  const bytes = Buffer.concat(pieces)
  assert.equal(bytes.length, body.length)
  return bytes
}

for (const codec of [jsonCodec, cborCodec]) {
  const { putForm } = recordCodecOf(codec)

  test(`a page of records is what the model's encoder writes (${codec.contentType})`, () => {
    const random = new SeededRandom(1)
    for (let round = 0; round < 200; round++) {
      const batches = Array.from({ length: random.below(4) }, () =>
        batchOf(
          random,
          Array.from({ length: 1 + random.below(5) }, () => random.below(400)),
        ),
      )
      const page = pageOf(random, batches)
      assert.deepEqual(written(page, codec), codec.encode(getRecordsOutput(page), shapes.structure('GetRecordsOutput')))
    }
  })

  test(`a large page comes in pieces that make up the same bytes (${codec.contentType})`, () => {
    const random = new SeededRandom(2)
    const sizes = [
      [1, 700_000, 2],
      [1_048_576, 0, 3_000_001],
      Array.from({ length: 3000 }, () => random.below(900)),
      [786_400, 786_300],
    ]
    const page = pageOf(
      random,
      sizes.map((batch) => batchOf(random, batch)),
    )
    const expected = codec.encode(getRecordsOutput(page), shapes.structure('GetRecordsOutput'))
    assert.ok(written(page, codec).equals(expected))
  })

  test(`answers to puts are what the model's encoder writes (${codec.contentType})`, () => {
    const random = new SeededRandom(3)
    for (let round = 0; round < 200; round++) {
      const errors = [
        { code: 'ProvisionedThroughputExceededException', message: `Rate exceeded "for" ${'é'.repeat(random.below(300))}` },
        { code: 'InternalFailure', message: 'Internal Service Failure' },
      ]
      const outcomes = Array.from({ length: 1 + random.below(30) }, () => random.below(5))
      const results: PutResults = {
        recordCount: outcomes.length,
        failedCount: outcomes.filter((outcome) => outcome < 2).length,
        encrypted: random.chance(30),
        errorOf: (record) => errors[outcomes[record]],
        shardIdOf: (record) => `shardId-00000000000${outcomes[record]}`,
        writeSequenceNumber: (record, target, at) => target.write(digitsOf(record), at, 'latin1'),
      }
      const all = codec.encode(putRecordsOutput(results), shapes.structure('PutRecordsOutput'))
      assert.deepEqual(putRecordsAnswer(results, putForm), all)
      const single = codec.encode(putRecordOutput(results), shapes.structure('PutRecordOutput'))
      assert.deepEqual(putRecordAnswer(results, putForm), single)
    }
  })
}
