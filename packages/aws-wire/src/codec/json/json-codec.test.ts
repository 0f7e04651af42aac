import assert from 'node:assert/strict'
import { isUtf8 } from 'node:buffer'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'
import fc from 'fast-check'
import { ShapeTable } from '../../shape/shape-node.js'
import { nestingMax, valuesMax } from '../codec.js'
import { jsonCodec } from './json-codec.js'

const shapes = new ShapeTable(serviceModel('kinesis'))
const tags = shapes.structure('AddTagsToStreamInput')
const iterator = shapes.structure('GetShardIteratorInput')
const puts = shapes.structure('PutRecordsInput')

function decoded(text: string, shape = iterator) {
  const bytes = Buffer.from(text)
  assert.ok(jsonCodec.isWellFormed(bytes), text)
  const result = jsonCodec.decode(bytes, shape)
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

function mismatch(text: string, shape = iterator): string | undefined {
  const bytes = Buffer.from(text)
  assert.ok(jsonCodec.isWellFormed(bytes), text)
  const result = jsonCodec.decode(bytes, shape)
  assert.ok(!result.ok)
  return result.ok ? undefined : result.message
}

test('well-formed is an object or array that JSON.parse takes, in valid UTF-8', () => {
  const fragments = [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '\\',
    '\\u00',
    '"a"',
    'true',
    'null',
    '1',
    '-0.5e+3',
    '01',
    '.',
    ' ',
    '\t',
    '\u0001',
    'é',
  ]
  const texts = fc.array(fc.constantFrom(...fragments), { maxLength: 12 }).map((parts) => parts.join(''))
  const wrapped = fc.oneof(
    texts,
    texts.map((text) => `[${text}]`),
    fc.json(),
  )
  fc.assert(
    fc.property(wrapped, (text) => {
      let expected = false
      try {
        const value: unknown = JSON.parse(text)
        expected = typeof value === 'object' && value !== null
      } catch {}
      assert.equal(jsonCodec.isWellFormed(Buffer.from(text)), expected, text)
    }),
    { numRuns: 3000 },
  )
})

test('bad UTF-8 is not well-formed, neither in a string nor outside', () => {
  for (const bytes of [[0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0xff]]) {
    const body = Buffer.concat([Buffer.from('{"a":'), Buffer.from(bytes), Buffer.from('}')])
    assert.equal(isUtf8(body), false)
    assert.equal(jsonCodec.isWellFormed(body), false)
  }
})

test('nesting and the number of values are bounded', () => {
  const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))
  assert.equal(jsonCodec.isWellFormed(nested(nestingMax)), true)
  assert.equal(jsonCodec.isWellFormed(nested(nestingMax + 1)), false)
  assert.equal(jsonCodec.isWellFormed(Buffer.from('['.repeat(1_000_000))), false)
  assert.equal(jsonCodec.isWellFormed(Buffer.from(`[${'0,'.repeat(valuesMax)}0]`)), false)
})

test('of duplicate members the last counts, also where it is null', () => {
  assert.deepEqual(decoded('{"ShardId":"a","ShardId":"b"}'), { ShardId: 'b' })
  assert.deepEqual(decoded('{"ShardId":"a","ShardId":null}'), {})
})

test('unknown members are passed over, whatever they hold', () => {
  const unknown = '{"x":[1,{"y":"}\\"]"},null,true,-1.5e3],"ShardId":{}}'
  assert.deepEqual(decoded(`{"Other":${unknown},"ShardId":"s","__proto__":${unknown}}`), { ShardId: 's' })
})

test('__proto__ is a key of a map like any other', () => {
  const value = decoded('{"Tags":{"__proto__":"a","toString":"b"}}', tags)
  assert.deepEqual(Object.entries(value.Tags as object), [
    ['__proto__', 'a'],
    ['toString', 'b'],
  ])
})

test('escapes are decoded, and a lone surrogate becomes a question mark as in Java', () => {
  assert.deepEqual(decoded('{"ShardId":"\\u0041\\/\\n\\ud83d\\ude00","ShardIteratorType":"\\ud83dx\\ude00"}'), {
    ShardId: 'A/\n😀',
    ShardIteratorType: '?x?',
  })
})

test('timestamps are seconds to the millisecond, and bounded by what a Date holds', () => {
  assert.deepEqual(decoded('{"Timestamp":1700000000.123}').Timestamp, new Date(1_700_000_000_123))
  assert.deepEqual(decoded('{"Timestamp":1e400}').Timestamp, new Date(8.64e15))
})

test('integers are cut to whole numbers and to 32 bits', () => {
  const list = shapes.structure('ListStreamsInput')
  const values = {
    '3.9': 3,
    '-3.9': -3,
    '1e400': 2_147_483_647,
    '-2147483649': -2_147_483_648,
    '99999999999999999999': 2_147_483_647,
  }
  for (const [text, value] of Object.entries(values)) assert.deepEqual(decoded(`{"Limit":${text}}`, list), { Limit: value })
})

test('what is of another type is refused in the words of AWS', () => {
  const number = 'class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to'
  const texts: [string, string, typeof iterator][] = [
    ['{"ShardId":true}', 'class java.lang.Boolean can not be converted to an String', iterator],
    ['{"ShardId":23}', `${number} an String`, iterator],
    ['{"ShardId":[]}', 'Start of list found where not expected', iterator],
    ['{"ShardId":{}}', 'Start of structure or map found where not expected.', iterator],
    ['{"Timestamp":"2020-01-01"}', 'class java.lang.String can not be converted to milliseconds since epoch', iterator],
    ['{"DryRun":"maybe"}', "'MAYBE' can not be converted to an Boolean", iterator],
    ['{"DryRun":1}', `${number} an Boolean`, iterator],
    ['{"Records":"23"}', 'Expected list or null', puts],
    ['{"Records":{}}', 'Start of structure or map found where not expected.', puts],
    ['{"Records":[true]}', 'Expected null', puts],
    ['{"Records":[[]]}', 'Start of list found where not expected', puts],
    ['{"Records":[{"Data":true}]}', 'class java.lang.Boolean can not be converted to a Blob', puts],
    ['{"Records":[{"Data":34.56}]}', `${number} a Blob`, puts],
    ['{"Tags":1}', 'Expected map or null', tags],
    ['{"Tags":[]}', 'Start of list found where not expected', tags],
    ['{"Tags":{"a":false}}', 'class java.lang.Boolean can not be converted to an String', tags],
    ['[]', 'Start of list found where not expected', iterator],
  ]
  for (const [text, message, shape] of texts) assert.equal(mismatch(text, shape), message, text)
})

test('base64 that Node would decode and AWS refuses is refused', () => {
  const refusals = {
    '23456': 'Base64 encoded length is expected a multiple of 4 bytes but found: 5',
    '=+/=': "Invalid Base64 character: '='",
    '+/+=': 'Invalid last non-pad Base64 character dectected',
    'AB==': 'Invalid last non-pad Base64 character dectected',
    '====': 'Invalid last non-pad Base64 character dectected',
    'AA-_': "Invalid Base64 character: '-'",
    'AA A': "Invalid Base64 character: ' '",
    AAA: 'Base64 encoded length is expected a multiple of 4 bytes but found: 3',
  }
  for (const [data, reason] of Object.entries(refusals)) {
    const text = JSON.stringify({ Records: [{ Data: data }] })
    assert.equal(mismatch(text, puts), `'${data}' can not be converted to a Blob: ${reason}`)
  }
})

test('an output leaves out what is absent, and is read back as it was', () => {
  const output = shapes.structure('GetRecordsOutput')
  const value = {
    Records: [
      {
        SequenceNumber: '1',
        Data: Buffer.from('\u0000ÿ'),
        PartitionKey: 'é"',
        ApproximateArrivalTimestamp: new Date(1_700_000_000_120),
      },
      { SequenceNumber: '2', Data: Buffer.alloc(0), PartitionKey: undefined, EncryptionType: 'KMS' },
    ],
    MillisBehindLatest: 0,
    NextShardIterator: undefined,
  }
  const bytes = jsonCodec.encode(value, output)
  const json =
    '"Data":"AMO/","PartitionKey":"é\\""},{"SequenceNumber":"2","Data":"","EncryptionType":"KMS"}],"MillisBehindLatest":0}'
  assert.equal(bytes.toString(), `{"Records":[{"SequenceNumber":"1","ApproximateArrivalTimestamp":1700000000.12,${json}`)
  const back = jsonCodec.decode(bytes, output)
  assert.ok(back.ok)
  assert.deepEqual(back.value.Records, [value.Records[0], { SequenceNumber: '2', Data: Buffer.alloc(0), EncryptionType: 'KMS' }])
})
