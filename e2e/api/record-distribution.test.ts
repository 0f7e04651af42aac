import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { CborValue } from '@millrace/testkit'
import { assertError, assertViolations, violation } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { createStream, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const onDemand = { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }
const data = (text: string): Buffer => Buffer.from(text)
const shardIds = Array.from({ length: 4 }, (_, i) => `shardId-${String(i).padStart(12, '0')}`)

const recordsOf = async (name: string): Promise<Json[]> =>
  (await Promise.all(shardIds.map(async (ShardId) => readAll(api, await iterator(api, name, { ShardId }))))).flat()

for (const encoding of ['JSON', 'CBOR'] as const) {
  /** Of an operation that must succeed. */
  const ok = async (operation: string, input: Record<string, CborValue>): Promise<Json> => {
    const json = JSON.stringify(input, (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64') : value,
    )
    const answer = encoding === 'JSON' ? await api.call(operation, json) : await api.cbor(operation, input)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    return answer.body
  }

  suite(`a stream that distributes records itself, in ${encoding}`, async () => {
    const name = await createStream(api, { ...onDemand, RecordDistributionStrategy: 'AUTO' })

    test('takes records without a key, and spreads them over its shards', async () => {
      const Records = Array.from({ length: 40 }, (_, i) => ({ Data: data(`record ${i}`) }))
      const answer = await ok('PutRecords', { StreamName: name, Records })
      assert.equal(answer.FailedRecordCount, 0)
      const counts = shardIds.map((ShardId) => answer.Records.filter((put: Json) => put.ShardId === ShardId).length)
      assert.ok(
        counts.every((count) => count >= 5),
        `${counts}`,
      )
      const got = await recordsOf(name)
      assert.deepEqual(
        got.map(({ Data }) => Buffer.from(Data, 'base64').toString()).sort(),
        Records.map(({ Data }) => Data.toString()).sort(),
      )
      for (const record of got) assert.ok(!('PartitionKey' in record), JSON.stringify(record))
    })

    test('takes one record without a key', async () => {
      const { ShardId, SequenceNumber } = await ok('PutRecord', { StreamName: name, Data: data('alone') })
      const at = { ShardId, ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber: SequenceNumber }
      const [record] = await readAll(api, await iterator(api, name, at))
      assert.deepEqual([record.Data, record.PartitionKey], [data('alone').toString('base64'), undefined])
    })

    test('promises no order', async () => {
      const { SequenceNumber } = await ok('PutRecord', { StreamName: name, Data: data('first') })
      const input = { StreamName: name, Data: 'AAAA', SequenceNumberForOrdering: SequenceNumber }
      assertError(await api.call('PutRecord', input), 'InvalidArgumentException', /^SequenceNumberForOrdering is not supported/)
    })

    test('keeps a key that it is given, and goes by it no more than by a hash key', async () => {
      const Records = Array.from({ length: 40 }, () => ({ Data: data(''), PartitionKey: 'one key', ExplicitHashKey: '0' }))
      const { Records: puts } = await ok('PutRecords', { StreamName: name, Records })
      assert.equal(new Set(puts.map((put: Json) => put.ShardId)).size, 4)
      const keyed = (await recordsOf(name)).filter(({ PartitionKey }) => PartitionKey === 'one key')
      assert.equal(keyed.length, 40)
    })

    test('ignores a hash key out of range', async () => {
      await ok('PutRecord', { StreamName: name, Data: data(''), ExplicitHashKey: String(2n ** 128n) })
    })
  })
}

suite('a stream that goes by the key', () => {
  for (const shape of [{ ShardCount: 1 }, onDemand, { ...onDemand, RecordDistributionStrategy: 'USER_PARTITION_KEY' }]) {
    test(`${JSON.stringify(shape)} refuses a record without one`, async () => {
      const name = await createStream(api, shape)
      const one = await api.call('PutRecord', { StreamName: name, Data: '' })
      assertViolations(one, [violation('partitionKey', 'null', 'not be null')])
      const two = await api.call('PutRecords', { StreamName: name, Records: [{ PartitionKey: 'a', Data: '' }, { Data: '' }] })
      assertViolations(two, [violation('records.2.member.partitionKey', 'null', 'not be null')])
      assert.deepEqual(await readAll(api, await iterator(api, name)), [])
    })
  }

  test('cannot be provisioned and distribute records itself', async () => {
    const answer = await api.call('CreateStream', { StreamName: 'any', ShardCount: 1, RecordDistributionStrategy: 'AUTO' })
    assertError(answer, 'InvalidArgumentException', /./)
  })
})
