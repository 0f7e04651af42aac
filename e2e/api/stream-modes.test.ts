import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, assertViolations, violation } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { createStream, freshName, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const onDemand = { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }
const auto = { ...onDemand, RecordDistributionStrategy: 'AUTO' }

const summary = async (StreamName: string): Promise<Json> =>
  (await api.ok('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary
const readStream = async (name: string): Promise<Json[]> => {
  const { Shards } = await api.ok('ListShards', { StreamName: name })
  return (await Promise.all(Shards.map(async ({ ShardId }: Json) => readAll(api, await iterator(api, name, { ShardId }))))).flat()
}

suite('a stream whose records are distributed by the server', () => {
  test('says so, and one that uses partition keys says that', async () => {
    assert.equal((await summary(await createStream(api, auto))).RecordDistributionStrategy, 'AUTO')
    const strategy = { ...onDemand, RecordDistributionStrategy: 'USER_PARTITION_KEY' }
    assert.equal((await summary(await createStream(api, strategy))).RecordDistributionStrategy, 'USER_PARTITION_KEY')
  })

  test('must be on demand', async () => {
    for (const mode of [{ ShardCount: 1 }, { ShardCount: 1, StreamModeDetails: { StreamMode: 'PROVISIONED' } }]) {
      const answer = await api.call('CreateStream', { StreamName: freshName(), ...mode, RecordDistributionStrategy: 'AUTO' })
      assertError(answer, 'InvalidArgumentException', /./)
    }
  })

  test('needs no partition key, alone or in a batch', async () => {
    const name = await createStream(api, auto)
    await api.ok('PutRecord', { StreamName: name, Data: 'AAAA' })
    const Records = Array.from({ length: 20 }, () => ({ Data: 'BBBB' }))
    assert.equal((await api.ok('PutRecords', { StreamName: name, Records })).FailedRecordCount, 0)
    assert.equal((await readStream(name)).length, 21)
  })

  test('takes no notice of explicit hash keys', async () => {
    const name = await createStream(api, auto)
    const Records = Array.from({ length: 100 }, () => ({ Data: 'BBBB', PartitionKey: 'a', ExplicitHashKey: '0' }))
    const answer = await api.ok('PutRecords', { StreamName: name, Records })
    assert.ok(new Set(answer.Records.map((record: Json) => record.ShardId)).size > 1)
  })
})

suite('a stream whose records are distributed by their keys', () => {
  test('needs one in every record', async () => {
    const name = await createStream(api, onDemand)
    const missing = (member: string) => violation(member, 'null', 'not be null')
    assertViolations(await api.call('PutRecord', { StreamName: name, Data: 'AAAA' }), [missing('partitionKey')])
    const Records = [{ Data: 'AAAA', PartitionKey: 'a' }, { Data: 'AAAA' }]
    assertViolations(await api.call('PutRecords', { StreamName: name, Records }), [missing('records.2.member.partitionKey')])
    assert.deepEqual(await readStream(name), [])
  })

  test('puts all records of one key in one shard', async () => {
    const name = await createStream(api, onDemand)
    const Records = Array.from({ length: 50 }, () => ({ Data: 'AAAA', PartitionKey: 'same' }))
    const answer = await api.ok('PutRecords', { StreamName: name, Records })
    assert.equal(new Set(answer.Records.map((record: Json) => record.ShardId)).size, 1)
  })
})
