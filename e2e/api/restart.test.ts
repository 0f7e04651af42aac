import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { endpointOf } from './client/endpoint.js'
import { freshRegion, type Json, Kinesis } from './client/kinesis.js'
import { isOpen, merge, scale } from './client/shards.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { active, createStream, iterator, readAll, until } from './client/streams.js'

const ends: readonly (readonly [title: string, end: (server: Standalone) => Promise<unknown>])[] = [
  ['SIGTERM', async (server) => assert.equal(await server.stop(), 0, 'it exits with 0')],
  ['SIGKILL', (server) => server.kill()],
]

for (const [signal, end] of ends) {
  suite(`after ${signal}`, { skip: noServerOfOwn }, async () => {
    const own = await Standalone.start()
    after(() => own.remove())
    const api = new Kinesis(endpointOf(own), freshRegion())

    test('everything is as it was, and goes on', async () => {
      const name = await createStream(api, { ShardCount: 2, MaxRecordSizeInKiB: 2048, Tags: { a: 'b' } })
      const Records = Array.from({ length: 300 }, (_, i) => ({
        PartitionKey: `k${i}`,
        Data: Buffer.from(`data ${i}`).toString('base64'),
      }))
      const put = await api.ok('PutRecords', { StreamName: name, Records })
      const iterators = await Promise.all(['0', '1'].map((ShardId) => iterator(api, name, { ShardId })))
      const before = { stream: await all(name), records: await Promise.all(iterators.map((one) => readAll(api, one))) }
      assert.equal(before.records.flat().length, 300)

      await end(own)
      await own.startAgain()

      assert.deepEqual(await all(name), before.stream)
      assert.deepEqual(await Promise.all(iterators.map((one) => readAll(api, one))), before.records)
      const again = await api.ok('PutRecords', { StreamName: name, Records: [...Records, ...Records].slice(0, 500) })
      const numbers: Json[] = [...put.Records, ...again.Records]
      for (const shard of new Set(numbers.map((record) => record.ShardId))) {
        const mine = numbers.filter((record) => record.ShardId === shard).map((record) => record.SequenceNumber)
        assert.deepEqual([...mine].sort(), mine, 'sequence numbers go on rising')
        assert.equal(new Set(mine).size, mine.length)
      }
    })

    test('a deleted stream stays deleted, and a new one comes to be ACTIVE', async () => {
      const [deleted, created] = [await createStream(api, { ShardCount: 1 }), `created-before-${signal}`]
      await api.ok('DeleteStream', { StreamName: deleted })
      await api.ok('CreateStream', { StreamName: created, ShardCount: 1 })

      await end(own)
      await own.startAgain()

      await active(api, created)
      const gone = await until(
        () => api.call('DescribeStream', { StreamName: deleted }),
        ({ status }) => status === 400,
      )
      assert.equal(gone.body.__type, 'ResourceNotFoundException')
    })

    test('reshards that were answered are carried out, and what closed shards had is there', async () => {
      const names = [await createStream(api, { ShardCount: 2 }), await createStream(api, { ShardCount: 4 })] as const
      const record = { PartitionKey: 'a', ExplicitHashKey: '0', Data: 'AA==' }
      const puts = await Promise.all(names.map((StreamName) => api.ok('PutRecord', { StreamName, ...record })))
      await api.ok('MergeShards', merge(names[0], 0, 1))
      await api.ok('UpdateShardCount', scale(names[1], 5))

      await end(own)
      await own.startAgain()

      const shards = await Promise.all(names.map(async (name) => (await active(api, name)).Shards))
      assert.deepEqual(
        shards.map((all: Json[]) => [all.length, all.filter(isOpen).length]),
        [
          [3, 1],
          [15, 5],
        ],
      )
      for (const [i, StreamName] of names.entries()) {
        const [first] = await readAll(api, await iterator(api, StreamName))
        assert.equal(first.SequenceNumber, puts[i].SequenceNumber)
        const later = await api.ok('PutRecord', { StreamName, ...record })
        assert.notEqual(later.ShardId, puts[i].ShardId)
      }
    })

    test('what was acknowledged while it ended is there', async () => {
      const name = await createStream(api, { ShardCount: 1 })
      const acknowledged: string[] = []
      let going = true
      const writer = async (): Promise<void> => {
        while (going) {
          const answer = await api.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: 'AAAA' }).catch(() => undefined)
          if (answer === undefined) return
          if (answer.status === 200) acknowledged.push(answer.body.SequenceNumber)
        }
      }
      const writers = Array.from({ length: 8 }, writer)
      await until(
        async () => acknowledged.length,
        (count) => count >= 200,
      )
      await end(own)
      going = false
      await Promise.all(writers)
      await own.startAgain()

      const stored = (await readAll(api, await iterator(api, name))).map((record) => record.SequenceNumber)
      assert.deepEqual([...stored].sort(), stored)
      const lost = acknowledged.filter((number) => !stored.includes(number))
      assert.deepEqual(lost, [], `${lost.length} of ${acknowledged.length} acknowledged records are lost`)
    })

    test('what was acknowledged of a consumer, a channel, a policy and encryption is there, and their states go on', async () => {
      const StreamName = await createStream(api, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
      const StreamARN = api.arn(StreamName)
      const Policy = JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kinesis:PutRecord', Resource: StreamARN }],
      })
      const { Consumer } = await api.ok('RegisterStreamConsumer', { StreamARN, ConsumerName: 'app' })
      const { ConsumerARN, ConsumerCreationTimestamp } = Consumer
      const { ChannelDescription } = await api.ok('CreateChannel', channelFrom(StreamARN))
      const { ChannelARN } = ChannelDescription
      await api.ok('PutResourcePolicy', { ResourceARN: StreamARN, Policy })
      await api.ok('StartStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' })

      await end(own)
      await own.startAgain()

      assert.equal((await active(api, StreamName)).KeyId, 'alias/aws/kinesis')
      const { ConsumerDescription } = await until(
        () => api.ok('DescribeStreamConsumer', { ConsumerARN }),
        ({ ConsumerDescription }) => ConsumerDescription.ConsumerStatus === 'ACTIVE',
      )
      assert.equal(ConsumerDescription.ConsumerCreationTimestamp, ConsumerCreationTimestamp)
      const described = await until(
        () => api.ok('DescribeChannel', { ChannelARN }),
        ({ ChannelDescription }) => ChannelDescription.ChannelStatus === 'FAILED',
      )
      const { ChannelStatusReason } = described.ChannelDescription
      const failed = { ...ChannelDescription, ChannelStatus: 'FAILED', ChannelStatusReason }
      assert.deepEqual(described.ChannelDescription, failed)
      assert.deepEqual(await api.ok('GetResourcePolicy', { ResourceARN: StreamARN }), { Policy })
    })

    test('what was acknowledged of settings, tags and the account is there, and a change that was under way ends', async () => {
      const MinimumThroughputBillingCommitment = { Status: 'ENABLED' }
      const account = await api.ok('UpdateAccountSettings', { MinimumThroughputBillingCommitment })
      const StreamName = await createStream(api, { ShardCount: 1 })
      const StreamARN = api.arn(StreamName)
      const change = async (operation: string, input: object) => {
        await api.ok(operation, input)
        await active(api, StreamName)
      }
      await change('AddTagsToStream', { StreamName, Tags: { a: '1', b: '' } })
      await change('EnableEnhancedMonitoring', { StreamName, ShardLevelMetrics: ['OutgoingBytes'] })
      await change('UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: 4096 })
      await change('UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
      await change('UpdateStreamRecordDistributionStrategy', { StreamARN, RecordDistributionStrategy: 'AUTO' })
      await change('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 48 })
      const before = await all(StreamName)
      await api.ok('UpdateStreamWarmThroughput', { StreamName, WarmThroughputMiBps: 3 })

      await end(own)
      await own.startAgain()

      await active(api, StreamName)
      const { StreamDescriptionSummary } = (await all(StreamName)).summary
      const warm = { OpenShardCount: 3, WarmThroughput: { TargetMiBps: 3, CurrentMiBps: 3 } }
      assert.deepEqual(StreamDescriptionSummary, { ...before.summary.StreamDescriptionSummary, ...warm })
      const { Tags } = await api.ok('ListTagsForStream', { StreamName })
      assert.deepEqual(Tags.map(Object.values), [
        ['a', '1'],
        ['b', ''],
      ])
      assert.deepEqual(await api.ok('DescribeAccountSettings', {}), account)
    })

    const channelFrom = (StreamARN: string) => ({
      ChannelName: `channel-before-${signal}`,
      ServiceExecutionRoleARN: `arn:aws:iam::${api.account}:role/delivery`,
      StreamConfigurationList: [{ StreamARN, RecordConfiguration: { RecordFormatType: 'JSON' } }],
      S3DestinationConfiguration: {
        StorageConfiguration: {
          BucketARN: 'arn:aws:s3:::files',
          ExpectedBucketOwner: '111111111111',
          CompressionType: 'NONE',
        },
      },
    })

    async function all(StreamName: string): Promise<Json> {
      const [description, summary, shards] = await Promise.all(
        ['DescribeStream', 'DescribeStreamSummary', 'ListShards'].map((operation) => api.ok(operation, { StreamName })),
      )
      return { description, summary, shards, list: await api.ok('ListStreams', {}) }
    }
  })
}
