import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Json, kinesis } from './client/kinesis.js'
import { createStream, iterator, readAll } from './client/streams.js'

const api = await kinesis()

const get = async (ShardIterator: string, Limit?: number): Promise<Json> =>
  api.ok('GetRecords', Limit === undefined ? { ShardIterator } : { ShardIterator, Limit })
const keys = (page: Json): string[] => page.Records.map((record: Json) => record.PartitionKey)
const put = async (stream: string, ...names: string[]): Promise<Json[]> =>
  (
    await api.ok('PutRecords', {
      StreamName: stream,
      Records: names.map((PartitionKey) => ({ PartitionKey, Data: '', ExplicitHashKey: '0' })),
    })
  ).Records

suite('GetRecords', () => {
  test('of an empty shard has no records, is not behind, and leads on', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    for (const ShardIteratorType of ['TRIM_HORIZON', 'LATEST']) {
      const page = await get(await iterator(api, name, { ShardIteratorType }))
      assert.deepEqual(Object.keys(page).sort(), ['MillisBehindLatest', 'NextShardIterator', 'Records'])
      assert.deepEqual(page.Records, [])
      assert.equal(page.MillisBehindLatest, 0)
    }
  })

  test('gives what came after an iterator at the end, to that iterator and to the one it led to', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    for (const ShardIteratorType of ['TRIM_HORIZON', 'LATEST']) {
      const before = await iterator(api, name, { ShardIteratorType: 'LATEST' })
      const next = (await get(before)).NextShardIterator
      await put(name, ShardIteratorType)
      assert.deepEqual(keys(await get(before)), [ShardIteratorType])
      const page = await get(next)
      assert.deepEqual(keys(page), [ShardIteratorType])
      assert.deepEqual((await get(page.NextShardIterator)).Records, [])
    }
    assert.deepEqual(keys(await get(await iterator(api, name))), ['TRIM_HORIZON', 'LATEST'])
  })

  test('starts at, or after, a sequence number', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const records = await put(name, 'a', 'b', 'c')
    const from = async (ShardIteratorType: string, i: number) =>
      keys(await get(await iterator(api, name, { ShardIteratorType, StartingSequenceNumber: records[i].SequenceNumber })))
    assert.deepEqual(await from('AT_SEQUENCE_NUMBER', 0), ['a', 'b', 'c'])
    assert.deepEqual(await from('AT_SEQUENCE_NUMBER', 1), ['b', 'c'])
    assert.deepEqual(await from('AFTER_SEQUENCE_NUMBER', 0), ['b', 'c'])
    assert.deepEqual(await from('AFTER_SEQUENCE_NUMBER', 2), [])
  })

  test('starts at the start of the shard, which is before any record', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const [shard] = (await api.ok('ListShards', { StreamName: name })).Shards
    const StartingSequenceNumber = shard.SequenceNumberRange.StartingSequenceNumber
    const iterators = ['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'].map((ShardIteratorType) =>
      iterator(api, name, { ShardIteratorType, StartingSequenceNumber }),
    )
    await Promise.all(iterators)
    await put(name, 'a', 'b')
    for (const one of iterators) assert.deepEqual(keys(await get(await one)), ['a', 'b'])
  })

  test('starts at a time: before, between, at and after the records', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await put(name, 'a', 'b')
    await sleep(30)
    const between = Date.now() / 1000
    await sleep(30)
    await put(name, 'c')
    await sleep(30)
    const [first, , third] = await readAll(api, await iterator(api, name))
    const at = async (Timestamp: number) =>
      keys(await get(await iterator(api, name, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp })))
    assert.deepEqual(await at(0), ['a', 'b', 'c'])
    assert.deepEqual(await at(1), ['a', 'b', 'c'])
    assert.deepEqual(await at(first.ApproximateArrivalTimestamp), ['a', 'b', 'c'])
    assert.deepEqual(await at(between), ['c'])
    assert.deepEqual(await at(third.ApproximateArrivalTimestamp), ['c'])
    assert.deepEqual(await at(third.ApproximateArrivalTimestamp + 0.001), [])
  })

  test('starts at a time after all records with the next one that comes', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await put(name, 'old')
    await sleep(30)
    const later = await iterator(api, name, { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: (Date.now() - 10) / 1000 })
    assert.deepEqual(keys(await get(later)), [])
    await put(name, 'new')
    assert.deepEqual(keys(await get(later)), ['new'])
  })

  test('gives at most as many as asked for, and goes on from there', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const records = await put(name, 'a', 'b', 'c', 'd', 'e')
    const start = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: records[1].SequenceNumber }
    const page = await get(await iterator(api, name, start), 2)
    assert.deepEqual(keys(page), ['b', 'c'])
    for (const [limit, expected] of [
      [3, ['d', 'e']],
      [1, ['d']],
      [undefined, ['d', 'e']],
      [10000, ['d', 'e']],
    ] as const) {
      assert.deepEqual(keys(await get(page.NextShardIterator, limit)), expected)
    }
  })

  test('gives 10,000 records at most', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const names = Array.from({ length: 500 }, (_, i) => `${i}`)
    for (let i = 0; i < 21; i++) await put(name, ...names)
    const page = await get(await iterator(api, name))
    assert.equal(page.Records.length, 10000)
    assert.equal((await get(page.NextShardIterator)).Records.length, 500)
    assert.equal((await get(await iterator(api, name), 10000)).Records.length, 10000)
  })

  test('gives 10 MiB at most', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const data = () => randomBytes(1024 * 1024 - 1).toString('base64')
    for (let i = 0; i < 3; i++) {
      const Records = Array.from({ length: 4 }, (_, n) => ({ PartitionKey: String(n), Data: data() }))
      assert.equal((await api.ok('PutRecords', { StreamName: name, Records })).FailedRecordCount, 0)
    }
    const page = await get(await iterator(api, name))
    assert.ok(page.Records.length === 10 || page.Records.length === 9, `${page.Records.length} records of 1 MiB`)
    const rest = await get(page.NextShardIterator)
    assert.equal(page.Records.length + rest.Records.length, 12)
    assert.deepEqual(
      [...keys(page), ...keys(rest)],
      Array.from({ length: 12 }, (_, i) => String(i % 4)),
    )
  })

  test('shows each record with four members, its time in seconds', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const [{ SequenceNumber }] = (await put(name, 'a')) as [Json]
    const [record] = (await get(await iterator(api, name))).Records
    const { ApproximateArrivalTimestamp, ...rest } = record
    assert.deepEqual(rest, { PartitionKey: 'a', Data: '', SequenceNumber })
    assert.ok(Math.abs(ApproximateArrivalTimestamp - Date.now() / 1000) < 10)
  })
})

suite('MillisBehindLatest', () => {
  test('is how long ago the last record of the page came, in whole seconds, where others follow', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await put(name, 'a')
    await put(name, 'b')
    await sleep(1_100)
    const first = await get(await iterator(api, name), 1)
    assert.deepEqual(keys(first), ['a'])
    assert.ok(first.MillisBehindLatest >= 1_000 && first.MillisBehindLatest < 60_000, `${first.MillisBehindLatest} ms`)
    assert.equal(first.MillisBehindLatest % 1_000, 0)
    assert.equal((await get(first.NextShardIterator, 1)).MillisBehindLatest, 0)
  })

  test('is 0 at the end, however long nothing arrives', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await put(name, 'a')
    const page = await get(await iterator(api, name))
    assert.equal(page.MillisBehindLatest, 0)
    await sleep(500)
    const end = await get(page.NextShardIterator)
    assert.deepEqual([end.Records, end.MillisBehindLatest], [[], 0])
    assert.equal((await get(await iterator(api, name, { ShardIteratorType: 'LATEST' }))).MillisBehindLatest, 0)
    assert.equal((await get(await iterator(api, name))).MillisBehindLatest, 0)
  })
})
