import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { assertError } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { createStream, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const three = await createStream(api, { ShardCount: 3 })

const width = 2n ** 128n / 3n
const shardId = (i: number): string => `shardId-${String(i).padStart(12, '0')}`
const record = (PartitionKey: string, ExplicitHashKey?: bigint) => ({
  PartitionKey,
  Data: randomBytes(10).toString('base64'),
  ...(ExplicitHashKey === undefined ? {} : { ExplicitHashKey: String(ExplicitHashKey) }),
})

/** Hash keys at the edges of three shards, and MD5's of keys that were recorded in each of them. */
const routes: readonly (readonly [key: string, explicit: bigint | undefined, shard: number])[] = [
  ['a', undefined, 0],
  ['b', undefined, 1],
  ['e', undefined, 2],
  ['f', undefined, 1],
  ['a', 0n, 0],
  ['a', width - 1n, 0],
  ['a', width, 1],
  ['a', width * 2n - 1n, 1],
  ['a', width * 2n, 2],
  ['a', 2n ** 128n - 1n, 2],
]

suite('PutRecord', () => {
  for (const [key, explicit, shard] of routes) {
    test(`puts key ${key}${explicit === undefined ? '' : ` with hash key ${explicit}`} in shard ${shard}`, async () => {
      const { SequenceNumber, ...answer } = await api.ok('PutRecord', { StreamName: three, ...record(key, explicit) })
      assert.deepEqual(answer, { ShardId: shardId(shard) })
      assert.match(SequenceNumber, /^49\d{54}$/)
    })
  }

  test('takes empty data, data of one byte, and 1 MiB with its key', async () => {
    for (const bytes of [0, 1, 2, 3, 1024 * 1024 - 1]) {
      const Data = randomBytes(bytes).toString('base64')
      const put = await api.ok('PutRecord', { StreamName: three, PartitionKey: 'a', Data })
      const { ShardIterator } = await api.ok('GetShardIterator', {
        StreamName: three,
        ShardId: put.ShardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        StartingSequenceNumber: put.SequenceNumber,
      })
      const { Records } = await api.ok('GetRecords', { ShardIterator, Limit: 1 })
      assert.equal(Records[0].Data, Data)
    }
  })

  test('takes keys of 256 characters of any script, and keeps them', async () => {
    const keys = ['k'.repeat(256), 'ü'.repeat(256), '统一码'.repeat(85), '💣💻🔥', ' ', '\t"\\/\u0001', '__proto__', 'null']
    const name = await createStream(api, { ShardCount: 1 })
    for (const PartitionKey of keys) await api.ok('PutRecord', { StreamName: name, PartitionKey, Data: '' })
    const records = await readAll(api, await iterator(api, name))
    assert.deepEqual(
      records.map((record) => record.PartitionKey),
      keys,
    )
  })

  test('refuses a hash key beyond 2^128 - 1', async () => {
    for (const key of [2n ** 128n, 10n ** 39n - 1n]) {
      const text = `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${key}`
      assertError(await api.call('PutRecord', { StreamName: three, ...record('a', key) }), 'InvalidArgumentException', text)
    }
  })
})

suite('a record that is too large', () => {
  const over = Buffer.alloc(1024 * 1024 + 1).toString('base64')
  const withKey = Buffer.alloc(1024 * 1024 - 2).toString('base64')
  const tooLarge: [title: string, operation: string, input: Record<string, unknown>][] = [
    ['data of more than 1 MiB', 'PutRecord', { PartitionKey: 'a', Data: over }],
    ['data and key together of more than 1 MiB', 'PutRecord', { PartitionKey: 'abc', Data: withKey }],
    ['one of many', 'PutRecords', { Records: [record('a'), { PartitionKey: 'a', Data: over }] }],
  ]
  for (const [title, operation, input] of tooLarge) {
    test(`(${title}) is refused, and nothing of the request is stored`, async () => {
      const name = await createStream(api, { ShardCount: 1 })
      const answer = await api.call(operation, { StreamName: name, ...input })
      assert.equal(answer.status, 400)
      assert.match(answer.body.__type, /^(Validation|InvalidArgument)Exception$/)
      assert.deepEqual(await readAll(api, await iterator(api, name)), [])
    })
  }
})

suite('PutRecords', () => {
  test('answers each record in its place', async () => {
    const Records = routes.map(([key, explicit]) => record(key, explicit))
    const answer = await api.ok('PutRecords', { StreamName: three, Records })
    assert.deepEqual(Object.keys(answer).sort(), ['FailedRecordCount', 'Records'])
    assert.equal(answer.FailedRecordCount, 0)
    assert.deepEqual(
      answer.Records.map((put: Json) => put.ShardId),
      routes.map(([, , shard]) => shardId(shard)),
    )
    for (const put of answer.Records) assert.deepEqual(Object.keys(put).sort(), ['SequenceNumber', 'ShardId'])
  })

  test('takes 500 records, and gives each back once, in order, from its shard', async () => {
    const name = await createStream(api, { ShardCount: 2 })
    const Records = Array.from({ length: 500 }, (_, i) => record(`key ${i}`))
    const answer = await api.ok('PutRecords', { StreamName: name, Records })
    for (const shard of [0, 1]) {
      const mine = Records.flatMap((put, i) =>
        answer.Records[i].ShardId === shardId(shard) ? [{ ...put, SequenceNumber: answer.Records[i].SequenceNumber }] : [],
      )
      const got = await readAll(api, await iterator(api, name, { ShardId: shardId(shard) }))
      assert.deepEqual(
        got.map(({ ApproximateArrivalTimestamp: _, ...rest }) => rest),
        mine,
      )
      assert.ok(mine.length > 100)
    }
  })

  test('refuses all of a request with one bad hash key, and stores nothing of it', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const Records = [record('a'), record('a', 2n ** 128n), record('a')]
    const text = `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${2n ** 128n}`
    assertError(await api.call('PutRecords', { StreamName: name, Records }), 'InvalidArgumentException', text)
    assert.deepEqual(await readAll(api, await iterator(api, name)), [])
  })

  test('takes 10 MiB of data and keys, and not a byte more', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const Records = Array.from({ length: 10 }, () => ({
      PartitionKey: 'k',
      Data: randomBytes(1024 * 1024 - 1).toString('base64'),
    }))
    assert.equal((await api.ok('PutRecords', { StreamName: name, Records })).FailedRecordCount, 0)
    const answer = await api.call('PutRecords', { StreamName: name, Records: [...Records, { PartitionKey: 'k', Data: '' }] })
    assertError(answer, 'InvalidArgumentException', /size/i)
  })
})

suite('what is put', () => {
  test('is what is got: empty, long, and of any bytes', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
    const texts = ['test', 'ünicödé 统一码 💣💻🔥', 'a'.repeat(1000), '', every.toString('latin1')]
    const Records = texts.map((text) => ({ PartitionKey: '1', Data: Buffer.from(text).toString('base64') }))
    for (const put of Records) await api.ok('PutRecord', { StreamName: name, ...put })
    const got = await readAll(api, await iterator(api, name))
    assert.deepEqual(
      got.map(({ PartitionKey, Data }) => ({ PartitionKey, Data })),
      Records,
    )
    for (const one of got)
      assert.deepEqual(Object.keys(one).sort(), ['ApproximateArrivalTimestamp', 'Data', 'PartitionKey', 'SequenceNumber'])
  })
})
