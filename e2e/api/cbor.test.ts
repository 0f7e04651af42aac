import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CborValue, encodeCbor, Tagged } from '@millrace/testkit'
import { assertReplyHeaders, streamNotFound } from './client/expect.js'
import { cborType, type Json, kinesis } from './client/kinesis.js'
import { createStream, freshName, gone, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const shard = 'shardId-000000000000'

const ok = async (name: string, input: CborValue | Buffer, lengths: 'definite' | 'indefinite' = 'definite'): Promise<Json> => {
  const { raw, body } = await api.cbor(name, input, lengths)
  assert.equal(raw.status, 200, JSON.stringify(body))
  assert.equal(raw.headers.get('content-type'), cborType)
  assertReplyHeaders(raw)
  return body
}
const bytes = (text: string): Buffer => Buffer.from(text)

for (const lengths of ['definite', 'indefinite'] as const) {
  suite(`CBOR of ${lengths} length`, () => {
    test('carries every operation', async () => {
      const name = freshName()
      const tags = { Tags: { key: 'value' }, StreamModeDetails: { StreamMode: 'PROVISIONED' } }
      assert.equal(await ok('CreateStream', { StreamName: name, ShardCount: 1, ...tags }, lengths), undefined)
      const summary = async () => (await ok('DescribeStreamSummary', { StreamName: name }, lengths)).StreamDescriptionSummary
      while ((await summary()).StreamStatus !== 'ACTIVE') await sleep(25)
      const { StreamDescription } = await ok('DescribeStream', { StreamName: name, Limit: 1 }, lengths)
      assert.equal(StreamDescription.HasMoreShards, false)
      assert.deepEqual(
        (await ok('ListShards', { StreamName: name, ShardFilter: { Type: 'AT_LATEST' } }, lengths)).Shards,
        StreamDescription.Shards,
      )
      assert.deepEqual(
        (await ok('ListStreams', { Limit: 1, ExclusiveStartStreamName: name.slice(0, -1) }, lengths)).StreamNames,
        [name],
      )
      const one = await ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: bytes('one') }, lengths)
      const Records = ['two', 'three'].map((text) => ({ PartitionKey: 'a', Data: bytes(text), ExplicitHashKey: '0' }))
      const more = await ok('PutRecords', { StreamName: name, Records }, lengths)
      assert.equal(more.FailedRecordCount, 0)
      const { ShardIterator } = await ok(
        'GetShardIterator',
        { StreamName: name, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' },
        lengths,
      )
      const page = await ok('GetRecords', { ShardIterator, Limit: 10 }, lengths)
      assert.deepEqual(
        page.Records.map((record: Json) => [record.Data.toString(), record.SequenceNumber]),
        [
          ['one', one.SequenceNumber],
          ['two', more.Records[0].SequenceNumber],
          ['three', more.Records[1].SequenceNumber],
        ],
      )
      assert.equal(page.MillisBehindLatest, 0)
      assert.equal(await ok('DeleteStream', { StreamName: name }, lengths), undefined)
      await gone(api, name)
    })

    test('carries 500 records of any bytes, which come out in JSON as well', async () => {
      const name = await createStream(api, { ShardCount: 1 })
      const Records = Array.from({ length: 500 }, (_, i) => ({ PartitionKey: `ключ ${i}`, Data: Buffer.alloc(i % 300, i) }))
      assert.equal((await ok('PutRecords', { StreamName: name, Records }, lengths)).Records.length, 500)
      const { Records: got } = await ok('GetRecords', { ShardIterator: await iterator(api, name) }, lengths)
      assert.deepEqual(
        got.map(({ PartitionKey, Data }: Json) => ({ PartitionKey, Data })),
        Records,
      )
      const json = await readAll(api, await iterator(api, name))
      assert.deepEqual(
        json.map(({ PartitionKey, Data }) => ({ PartitionKey, Data: Buffer.from(Data, 'base64') })),
        Records,
      )
    })
  })
}

suite('a timestamp in CBOR', () => {
  test('is tag 1 with whole milliseconds', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const json = (await api.ok('DescribeStreamSummary', { StreamName: name })).StreamDescriptionSummary.StreamCreationTimestamp
    const cbor = (await ok('DescribeStreamSummary', { StreamName: name })).StreamDescriptionSummary.StreamCreationTimestamp
    assert.ok(cbor instanceof Tagged && cbor.tag === 1 && Number.isInteger(cbor.value), JSON.stringify(cbor))
    assert.equal(Math.floor(Number(cbor.value) / 1000), Math.floor(json))
    await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '' })
    const [record] = (await ok('GetRecords', { ShardIterator: await iterator(api, name) })).Records
    const [jsonRecord] = await readAll(api, await iterator(api, name))
    assert.deepEqual(record.ApproximateArrivalTimestamp, new Tagged(1, Math.round(jsonRecord.ApproximateArrivalTimestamp * 1000)))
  })

  test('starts an iterator', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '' })
    await sleep(30)
    const betweenMs = Date.now()
    await sleep(30)
    await api.ok('PutRecord', { StreamName: name, PartitionKey: 'b', Data: '' })
    await sleep(30)
    for (const Timestamp of [new Tagged(1, betweenMs), new Tagged(1, BigInt(betweenMs))]) {
      const input = { StreamName: name, ShardId: shard, ShardIteratorType: 'AT_TIMESTAMP', Timestamp }
      const { ShardIterator } = await ok('GetShardIterator', input)
      const { Records } = await ok('GetRecords', { ShardIterator })
      assert.deepEqual(
        Records.map((record: Json) => record.PartitionKey),
        ['b'],
      )
    }
  })
})

suite('an error in CBOR', () => {
  test('has the members that it has in JSON', async () => {
    const answer = await api.cbor('DescribeStream', { StreamName: 'nobody' })
    assert.deepEqual(answer.body, { __type: 'ResourceNotFoundException', message: streamNotFound(api, 'nobody') })
    assert.equal(answer.status, 400)
    assert.equal(answer.headers.get('content-type'), cborType)
  })

  test('lists the violations that it lists in JSON', async () => {
    for (const [operation, input] of [
      ['DescribeStream', { StreamName: '', Limit: 0 }],
      ['PutRecords', { StreamName: 'a', Records: [{}, {}] }],
      ['GetRecords', { ShardIterator: 'x'.repeat(600), Limit: -5 }],
      ['PutRecord', { StreamName: 'a b', PartitionKey: '' }],
    ] as const) {
      const [json, cbor] = [await api.call(operation, input), await api.cbor(operation, input as unknown as CborValue)]
      assert.deepEqual(cbor.body, json.body)
      assert.equal(cbor.status, 400)
    }
  })

  test('is a SerializationException for values of the wrong type', async () => {
    for (const [operation, input] of [
      ['DescribeStream', { StreamName: 23 }],
      ['DescribeStream', { StreamName: true }],
      ['DescribeStream', { StreamName: [] }],
      ['DescribeStream', { StreamName: 'a', Limit: 'x' }],
      ['PutRecords', { StreamName: 'a', Records: {} }],
      ['PutRecords', { StreamName: 'a', Records: [[]] }],
      ['PutRecord', { StreamName: 'a', PartitionKey: 'a', Data: 23 }],
      ['PutRecord', { StreamName: 'a', PartitionKey: bytes('a'), Data: bytes('a') }],
    ] as [string, CborValue][]) {
      const { body, status } = await api.cbor(operation, input)
      assert.equal(body.__type, 'SerializationException', JSON.stringify(input))
      assert.equal(status, 400)
    }
  })
})

suite('a body that is not CBOR', () => {
  const name = Buffer.concat([encodeCbor('StreamName'), encodeCbor('a')])
  const bodies: [title: string, body: Buffer][] = [
    ['JSON', bytes('{}')],
    ['a list', encodeCbor([])],
    ['null', encodeCbor(null)],
    ['a number', encodeCbor(23)],
    ['a text', encodeCbor('{}')],
    ['a map that ends early', Buffer.concat([Buffer.from([0xa2]), name])],
    ['an indefinite map without its end', Buffer.concat([Buffer.from([0xbf]), name])],
    ['an indefinite map with half a pair', Buffer.concat([Buffer.from([0xbf]), encodeCbor('StreamName'), Buffer.from([0xff])])],
    ['a break alone', Buffer.from([0xff])],
    ['a reserved length', Buffer.from([0xbc])],
    ['a length of 2^63', Buffer.from([0xbb, 0x80, 0, 0, 0, 0, 0, 0, 0])],
    [
      'a text longer than the body',
      Buffer.concat([Buffer.from([0xa1]), encodeCbor('StreamName'), Buffer.from([0x7a, 0x7f, 0xff, 0xff, 0xff, 0x61])]),
    ],
    [
      'a chunk of the wrong kind',
      Buffer.concat([Buffer.from([0xa1]), encodeCbor('StreamName'), Buffer.from([0x7f, 0x41, 0x61, 0xff])]),
    ],
  ]
  for (const [title, body] of bodies) {
    test(`(${title}) is refused`, async () => {
      const answer = await api.cbor('DescribeStream', body)
      assert.equal(answer.body.__type, 'SerializationException')
      assert.equal(answer.status, 400)
    })
  }
})

suite('what CBOR allows', () => {
  test('texts and byte strings in chunks', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const chunked = (type: number, parts: Buffer[]) => Buffer.concat([Buffer.from([type | 31]), ...parts, Buffer.from([0xff])])
    const text = chunked(
      0x60,
      [...name].map((letter) => encodeCbor(letter)),
    )
    const data = chunked(0x40, [encodeCbor(bytes('ab')), encodeCbor(Buffer.alloc(0)), encodeCbor(bytes('c'))])
    const body = Buffer.concat([
      Buffer.from([0xbf]),
      encodeCbor('StreamName'),
      text,
      encodeCbor('Data'),
      data,
      encodeCbor('PartitionKey'),
      encodeCbor('k'),
      Buffer.from([0xff]),
    ])
    await ok('PutRecord', body)
    const [record] = await readAll(api, await iterator(api, name))
    assert.equal(Buffer.from(record.Data, 'base64').toString(), 'abc')
  })

  test('numbers longer than they need to be, null for nothing, and members that nobody knows', async () => {
    const limit = Buffer.from([0x1b, 0, 0, 0, 0, 0, 0, 0, 5])
    const body = Buffer.concat([
      Buffer.from([0xb8, 4]),
      encodeCbor('Limit'),
      limit,
      encodeCbor('NextToken'),
      encodeCbor(null),
      encodeCbor('Nope'),
      encodeCbor({ a: [1, -2, 1.5, true, new Tagged(7, 'x')] }),
      encodeCbor('Nil'),
      encodeCbor(null),
    ])
    assert.ok((await ok('ListStreams', body)).StreamNames.length <= 5)
  })
})
