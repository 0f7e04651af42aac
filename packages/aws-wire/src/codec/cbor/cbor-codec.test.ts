import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'
import { ShapeTable } from '../../shape/shape-node.js'
import { nestingMax, valuesMax } from '../codec.js'
import { cborCodec } from './cbor-codec.js'
import { bigNumber, halfFloat } from './numbers.js'

const shapes = new ShapeTable(serviceModel('kinesis'))
const iterator = shapes.structure('GetShardIteratorInput')
const list = shapes.structure('ListStreamsInput')
const tags = shapes.structure('AddTagsToStreamInput')
const puts = shapes.structure('PutRecordsInput')

/** A map of one member. */
function member(name: string, valueHex: string): Buffer {
  return Buffer.concat([Buffer.from([0xa1, 0x60 | name.length]), Buffer.from(name), Buffer.from(valueHex, 'hex')])
}

function decoded(bytes: Buffer, shape = iterator) {
  assert.ok(cborCodec.isWellFormed(bytes), bytes.toString('hex'))
  const result = cborCodec.decode(bytes, shape)
  assert.ok(result.ok, JSON.stringify(result))
  return result.value
}

function mismatch(bytes: Buffer, shape = iterator): string | undefined {
  assert.ok(cborCodec.isWellFormed(bytes), bytes.toString('hex'))
  const result = cborCodec.decode(bytes, shape)
  assert.ok(!result.ok)
  return result.ok ? undefined : result.message
}

test('what ends early, is reserved, or is not closed is not well-formed', () => {
  const malformed = [
    '', // nothing
    '01', // no map
    'bf', // not closed
    'a1', // a member short
    'a16161', // a value short
    'bf616101', // no break
    'bf6161ff', // a key without a value
    'a0a0', // two items
    'a161611c', // reserved length
    'a16161ff', // a break outside
    'a161616361', // a text longer than what is there
    'a161617bffffffffffffffff', // a text of 2^64 bytes
    'a161619bffffffffffffffff', // a list of 2^64 elements
    'bbffffffffffffffff', // a map of 2^64 members
    'a161617f4161ff', // a chunk of bytes in a text
    'a161617f7f6161ffff', // chunks in chunks
    'a1616161ff', // bad UTF-8
    'a16161f818', // a simple value that has a shorter form
    'a16161df01', // a tag of indefinite number
    'a161613f', // an integer of indefinite length
  ]
  for (const hex of malformed) assert.equal(cborCodec.isWellFormed(Buffer.from(hex, 'hex')), false, hex)
})

test('nesting and the number of values are bounded', () => {
  const nested = (depth: number, open: string) => Buffer.from(`a16161${open.repeat(depth)}00`, 'hex')
  assert.equal(cborCodec.isWellFormed(nested(nestingMax - 1, '81')), true)
  for (const open of ['81', 'c1', 'a100', '9f']) assert.equal(cborCodec.isWellFormed(nested(1_000_000, open)), false, open)
  const many = Buffer.concat([Buffer.from([0x9f]), Buffer.alloc(valuesMax), Buffer.from([0xff])])
  assert.equal(cborCodec.isWellFormed(many), false)
})

test('strings come in one piece or in chunks, containers with or without a length', () => {
  for (const hex of ['6161', '7f6161ff', '7f606161ff', '7801 61', '7b0000000000000001 61']) {
    assert.deepEqual(decoded(member('ShardId', hex.replace(' ', ''))), { ShardId: 'a' }, hex)
  }
  const record = { Data: Buffer.from([1, 2, 3]) }
  for (const data of ['43010203', '5f4101420203ff', '5f40 43010203ff']) {
    const hex = `9fbf6444617461${data.replace(' ', '')}ffff`
    assert.deepEqual(decoded(member('Records', hex), puts), { Records: [record] }, hex)
  }
})

test('numbers of every form become the number they are', () => {
  const forms = {
    '18ff': 255,
    '19ffff': 65_535,
    '1a7fffffff': 2_147_483_647,
    '1bffffffffffffffff': 2_147_483_647,
    '20': -1,
    '3bffffffffffffffff': -2_147_483_648,
    f94200: 3,
    fa40600000: 3,
    fb400f333333333333: 3,
    f97c00: 2_147_483_647,
    c24101: 1,
    c2490100000000000000ff: 2_147_483_647,
    c34101: -2,
    c349010000000000000000: -2_147_483_648,
    c25f41004102ff: 2,
    d9d9f703: 3,
  } as Record<string, number>
  for (const [hex, value] of Object.entries(forms)) assert.deepEqual(decoded(member('Limit', hex), list), { Limit: value }, hex)
})

test('halves and big numbers are exact where a double is', () => {
  const halves: [number, number][] = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65_504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x8000, -0],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ]
  for (const [bits, value] of halves) assert.equal(halfFloat(bits), value)
  assert.ok(Number.isNaN(halfFloat(0x7e00)))
  assert.equal(bigNumber(Buffer.from('0100000000', 'hex')), 2 ** 32)
  assert.equal(bigNumber(Buffer.alloc(5000, 0xff)), Number.POSITIVE_INFINITY)
})

test('timestamps are milliseconds, with or without the tag, whole or not', () => {
  for (const hex of ['c11b0000018bcfe5687b', '1b0000018bcfe5687b', 'c1fb4278bcfe5687b000']) {
    assert.deepEqual(decoded(member('Timestamp', hex)).Timestamp, new Date(1_700_000_000_123), hex)
  }
  assert.ok(Number.isFinite((decoded(member('Timestamp', 'c1f97c00')).Timestamp as Date).getTime()))
})

test('what is not a number is 0', () => {
  assert.deepEqual(decoded(member('Limit', 'f97e00'), list), { Limit: 0 })
  assert.deepEqual(decoded(member('Timestamp', 'f97e00')), { Timestamp: new Date(0) })
})

test('null and undefined are absence, unknown members and names that are no text are passed over', () => {
  for (const hex of ['f6', 'f7', 'c1f6']) assert.deepEqual(decoded(member('ShardId', hex)), {}, hex)
  const named = Buffer.concat([
    Buffer.from('bf0081a101024161f46161bf0102ff67', 'hex'),
    Buffer.from('ShardId'),
    Buffer.from('6173ff', 'hex'),
  ])
  assert.deepEqual(decoded(named), { ShardId: 's' })
})

test('what is of another type is refused in the words of AWS', () => {
  const texts: [Buffer, string, typeof iterator][] = [
    [member('ShardId', 'f5'), 'class java.lang.Boolean can not be converted to an String', iterator],
    [member('ShardId', '4161'), 'class java.nio.HeapByteBuffer can not be converted to an String', iterator],
    [member('ShardId', '80'), 'Start of list found where not expected', iterator],
    [member('ShardId', 'bfff'), 'Start of structure or map found where not expected.', iterator],
    [member('Records', 'a0'), 'Start of structure or map found where not expected.', puts],
    [member('Records', '8101'), 'Expected null', puts],
    [member('Records', '81a164446174616161'), 'class java.lang.String can not be converted to a Blob', puts],
    [member('Tags', '6161'), 'Expected map or null', tags],
    [member('Limit', '6131'), 'class java.lang.String can not be converted to an Integer', list],
  ]
  for (const [bytes, message, shape] of texts) assert.equal(mismatch(bytes, shape), message)
})

test('an output is maps of indefinite length with timestamps in milliseconds, and is read back as it was', () => {
  const output = shapes.structure('GetRecordsOutput')
  const record = {
    SequenceNumber: '1',
    Data: Buffer.from([255]),
    PartitionKey: 'é',
    ApproximateArrivalTimestamp: new Date(1_700_000_000_123),
  }
  const bytes = cborCodec.encode({ Records: [record], MillisBehindLatest: 86_400_000, NextShardIterator: undefined }, output)
  assert.equal(bytes[0], 0xbf)
  assert.ok(bytes.includes(Buffer.from('c11b0000018bcfe5687b', 'hex')))
  assert.deepEqual(decoded(bytes, output), { Records: [record], MillisBehindLatest: 86_400_000 })
})

test('an error is the bytes that AWS sends', () => {
  const bytes = cborCodec.encodeTexts({ __type: 'UnknownOperationException' })
  assert.equal(
    bytes.toString('hex'),
    `bf66${Buffer.from('__type').toString('hex')}7819${Buffer.from('UnknownOperationException').toString('hex')}ff`,
  )
})
