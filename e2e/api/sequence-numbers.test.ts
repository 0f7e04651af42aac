import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { fromHex, sequenceParts } from './client/sequence-number.js'
import { createStream, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 3 })
const shards: Json[] = (await api.ok('ListShards', { StreamName: name })).Shards
const startOf = (shard: number): string => shards[shard].SequenceNumberRange.StartingSequenceNumber

const put = async (input: Record<string, unknown> = {}, stream = name): Promise<string> =>
  (await api.ok('PutRecord', { StreamName: stream, PartitionKey: 'a', Data: '', ...input })).SequenceNumber
const rising = (numbers: string[]) => numbers.every((number, i) => i === 0 || BigInt(number) > BigInt(numbers[i - 1] as string))

suite('a sequence number', () => {
  test('tells the shard, its creation and the second of arrival', async () => {
    for (const [shard, key] of [
      [0, 'a'],
      [1, 'b'],
      [2, 'e'],
    ] as const) {
      const nowSeconds = Date.now() / 1000
      const parts = sequenceParts(await put({ PartitionKey: key }))
      assert.equal(parts.shard, shard)
      assert.equal(parts.creationSeconds, sequenceParts(startOf(shard)).creationSeconds)
      assert.ok(parts.arrivalSeconds >= Math.floor(nowSeconds) - 4 && parts.arrivalSeconds <= Date.now() / 1000 + 1)
    }
  })

  test('is above the start of its shard, and above all before it', async () => {
    const numbers = [startOf(0)]
    for (let i = 0; i < 20; i++) numbers.push(await put())
    assert.ok(rising(numbers), numbers.join('\n'))
    assert.deepEqual([...numbers].sort(), numbers, 'its text sorts as its number does')
  })

  test('has consecutive counters within a shard of one request', async () => {
    const keys = ['a', 'b', 'e', 'f', 'b', 'a', 'e', 'e', 'f', 'a']
    const Records = keys.map((PartitionKey) => ({ PartitionKey, Data: '' }))
    const answer = await api.ok('PutRecords', { StreamName: name, Records })
    for (const { ShardId } of shards) {
      const mine = answer.Records.filter((record: Json) => record.ShardId === ShardId).map(
        (record: Json) => record.SequenceNumber,
      )
      const counters = mine.map((number: string) => sequenceParts(number).counter)
      assert.deepEqual(
        counters,
        counters.map((_: bigint, i: number) => counters[0] + BigInt(i)),
      )
      assert.ok(rising(mine))
    }
  })

  test('is given once, and without gaps, to many that put at once', async () => {
    const own = await createStream(api, { ShardCount: 1 })
    const numbers = await Promise.all(Array.from({ length: 100 }, () => put({}, own)))
    const counters = numbers.map((number) => sequenceParts(number).counter).sort((a, b) => (a < b ? -1 : 1))
    const [first = 0n] = counters
    assert.deepEqual(
      counters,
      counters.map((_, i) => first + BigInt(i)),
    )
    const read = (await readAll(api, await iterator(api, own))).map((record) => record.SequenceNumber)
    assert.deepEqual(read, [...numbers].sort())
  })

  test('agrees with the time that its record shows', async () => {
    const own = await createStream(api, { ShardCount: 1 })
    const beforeSeconds = Date.now() / 1000
    for (let i = 0; i < 5; i++) await put({}, own)
    const records = await readAll(api, await iterator(api, own))
    assert.equal(records.length, 5)
    for (const { SequenceNumber, ApproximateArrivalTimestamp: time } of records) {
      const late = time - sequenceParts(SequenceNumber).arrivalSeconds
      assert.ok(late >= 0 && late < 3, `${late} s after the sequence number's second`)
      assert.ok(time >= beforeSeconds - 1 && time <= Date.now() / 1000 + 1)
      assert.equal(time, Math.round(time * 1000) / 1000, 'whole milliseconds')
    }
  })

  test('never falls from one request to the next of the same client', async () => {
    const numbers: string[] = []
    for (let i = 0; i < 10; i++) {
      numbers.push(await put())
      const answer = await api.ok('PutRecords', {
        StreamName: name,
        Records: [
          { PartitionKey: 'a', Data: '' },
          { PartitionKey: 'a', Data: '' },
        ],
      })
      numbers.push(...answer.Records.map((record: Json) => record.SequenceNumber))
    }
    assert.ok(rising(numbers))
  })
})

suite('SequenceNumberForOrdering', () => {
  const seconds = (offset: number): string => Math.floor(Date.now() / 1000 + offset).toString(16)
  const accepted: [title: string, hex: () => string][] = [
    ['with everything at its highest', () => '23bb2cc3d7f7fffffffffffffff000000000007fffffff2'],
    ['of zeros', () => '20000000000000000000000000000000000000000000002'],
    ['of zeros in version 1', () => '20000000000000000000000000000000000000000000001'],
    ['of two seconds ago', () => `23bb2cc3d7f7fffffff7fffffff000${seconds(-2)}7fffffff2`],
    ['with a negative shard', () => '20000000000000000000000000000000000000800000002'],
  ]
  for (const [title, hex] of accepted) {
    test(`${title} is taken`, async () => {
      assert.equal(sequenceParts(await put({ SequenceNumberForOrdering: fromHex(hex()) })).shard, 0)
    })
  }

  test('of the record before is taken, and the next one is above it', async () => {
    let last = await put()
    for (let i = 0; i < 5; i++) {
      const next = await put({ SequenceNumberForOrdering: last })
      assert.ok(BigInt(next) > BigInt(last))
      last = next
    }
  })

  const refused: [title: string, hex: () => string, printed?: string][] = [
    ['of version 0', () => '20000000000000000000000000000000000000000000000'],
    ['of version 4', () => '20000000000000000000000000000000000000000000004'],
    ['that starts with 3', () => '30000000000000000000000000000000000000000000001'],
    ['that starts with 1', () => '1ffffffffff7fffffffffffffff000000000007fffffff2'],
    ['with a negative counter', () => '20000000000800000000000000000000000000000000002'],
    ['of the future', () => `200000000000000000000000000000${seconds(10)}000000002`],
    ['of a date one second too large', () => '23bb2cc3d807fffffffffffffff000000000007fffffff2'],
    ['of an old form and a date too large', () => '13bb2cc3d80000000000000000000000', '26227199374822427428162556223570313216'],
  ]
  for (const [title, hex, printed] of refused) {
    test(`${title} is refused`, async () => {
      const SequenceNumberForOrdering = fromHex(hex())
      const answer = await api.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '', SequenceNumberForOrdering })
      const text = `ExclusiveMinimumSequenceNumber ${printed ?? SequenceNumberForOrdering} used in PutRecord on stream ${name} under account ${api.account} is invalid.`
      assertError(answer, 'InvalidArgumentException', text)
    })
  }
})
