import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { createStream, freshName } from './client/streams.js'

const api = await kinesis()
const onDemand = { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }
const auto = { ...onDemand, RecordDistributionStrategy: 'AUTO' }

const summary = async (StreamName: string): Promise<Json> =>
  (await api.ok('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary

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
})

suite('a stream whose records are distributed by their keys', () => {
  test('puts all records of one key in one shard', async () => {
    const name = await createStream(api, onDemand)
    const Records = Array.from({ length: 50 }, () => ({ Data: 'AAAA', PartitionKey: 'same' }))
    const answer = await api.ok('PutRecords', { StreamName: name, Records })
    assert.equal(new Set(answer.Records.map((record: Json) => record.ShardId)).size, 1)
  })
})
