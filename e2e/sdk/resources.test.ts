import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CreateChannelCommand,
  DeleteChannelCommand,
  DeleteResourcePolicyCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeChannelCommand,
  DescribeStreamConsumerCommand,
  GetResourcePolicyCommand,
  InvalidArgumentException,
  KMSNotFoundException,
  ListChannelsCommand,
  ListStreamConsumersCommand,
  PutResourcePolicyCommand,
  paginateListStreamConsumers,
  RegisterStreamConsumerCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  UpdateChannelCommand,
} from '@aws-sdk/client-kinesis'
import { kinesis } from '../api/client/kinesis.js'
import { freshName, until } from '../api/client/streams.js'
import { SdkStreams } from './client/sdk-streams.js'
import { everySdk } from './client/variants.js'

const api = await kinesis()

everySdk('what belongs to a stream by the AWS SDK for JavaScript', api, (client) => {
  const streams = new SdkStreams(client)

  test('registers, describes, lists and deregisters consumers', async () => {
    const { StreamName, StreamARN } = await streams.create(1)
    const described = async (ConsumerName: string) =>
      (await client.send(new DescribeStreamConsumerCommand({ StreamARN, ConsumerName }))).ConsumerDescription
    for (const ConsumerName of ['b', 'a']) {
      const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName, Tags: { a: 'b' } }))
      assert.equal(Consumer?.ConsumerStatus, 'CREATING')
      assert.ok(Consumer.ConsumerCreationTimestamp instanceof Date)
      await until(
        () => described(ConsumerName),
        (description) => description?.ConsumerStatus === 'ACTIVE',
      )
    }
    await assert.rejects(client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'a' })), ResourceInUseException)
    const seen: (string | undefined)[] = []
    for await (const { Consumers = [] } of paginateListStreamConsumers({ client, pageSize: 1 }, { StreamARN })) {
      seen.push(...Consumers.map(({ ConsumerName }) => ConsumerName))
    }
    assert.deepEqual(seen, ['a', 'b'])
    const ConsumerARN = (await described('a'))?.ConsumerARN
    await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }))
    await until(
      () => client.send(new ListStreamConsumersCommand({ StreamARN })),
      ({ Consumers }) => Consumers?.length === 1,
    )
    await assert.rejects(client.send(new DescribeStreamConsumerCommand({ ConsumerARN })), ResourceNotFoundException)
    await assert.rejects(client.send(new DescribeStreamConsumerCommand({ StreamARN })), InvalidArgumentException)
    await assert.rejects(client.send(new DeleteStreamCommand({ StreamName })), ResourceInUseException)
    await client.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true }))
  })

  test('starts and stops encryption', async () => {
    const { StreamName, StreamARN } = await streams.create(1)
    const key = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } as const
    await client.send(new StartStreamEncryptionCommand({ StreamARN, ...key }))
    assert.equal((await streams.active(StreamName)).KeyId, key.KeyId)
    await client.send(new StopStreamEncryptionCommand({ StreamName, ...key }))
    assert.equal((await streams.active(StreamName)).EncryptionType, 'NONE')
    const other = new StartStreamEncryptionCommand({ StreamName, ...key, KeyId: 'alias/mine' })
    await assert.rejects(client.send(other), KMSNotFoundException)
  })

  test('puts, gets and deletes the policy of a stream', async () => {
    const { StreamARN: ResourceARN } = await streams.create(1)
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'kinesis:PutRecord', Resource: ResourceARN }]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    const got = async () => (await client.send(new GetResourcePolicyCommand({ ResourceARN }))).Policy
    await client.send(new PutResourcePolicyCommand({ ResourceARN, Policy }))
    assert.equal(await got(), Policy)
    await client.send(new DeleteResourcePolicyCommand({ ResourceARN }))
    assert.equal(await got(), '{}')
    await assert.rejects(client.send(new DeleteResourcePolicyCommand({ ResourceARN })), ResourceNotFoundException)
    await assert.rejects(client.send(new PutResourcePolicyCommand({ ResourceARN, Policy: '{}' })), InvalidArgumentException)
  })

  test('creates, lists, updates and deletes a channel', async () => {
    const { StreamARN } = await streams.create()
    const bucket = { BucketARN: 'arn:aws:s3:::files', ExpectedBucketOwner: '111111111111' }
    const { ChannelDescription } = await client.send(
      new CreateChannelCommand({
        ChannelName: freshName(),
        ServiceExecutionRoleARN: `arn:aws:iam::${api.account}:role/delivery`,
        StreamConfigurationList: [{ StreamARN, RecordConfiguration: { RecordFormatType: 'STRING' } }],
        S3DestinationConfiguration: { StorageConfiguration: { ...bucket, CompressionType: 'ZSTD' } },
      }),
    )
    const ChannelARN = ChannelDescription?.ChannelARN
    const failed = () =>
      until(
        async () => (await client.send(new DescribeChannelCommand({ ChannelARN }))).ChannelDescription,
        (description) => description?.ChannelStatus === 'FAILED',
      )
    await failed()
    const S3DestinationConfiguration = { DataFreshnessInSeconds: 400 }
    await client.send(new UpdateChannelCommand({ ChannelARN, S3DestinationConfiguration }))
    assert.equal((await failed())?.S3DestinationConfiguration?.DataFreshnessInSeconds, 400)
    const { ChannelSummaries = [] } = await client.send(new ListChannelsCommand({ StreamFilter: [{ StreamARN }] }))
    assert.deepEqual([ChannelSummaries.length, ChannelSummaries[0]?.ChannelARN], [1, ChannelARN])
    await client.send(new DeleteChannelCommand({ ChannelARN }))
    await until(
      () => client.send(new ListChannelsCommand({ StreamFilter: [{ StreamARN }] })),
      (list) => list.ChannelSummaries?.length === 0,
    )
    await assert.rejects(client.send(new DescribeChannelCommand({ ChannelARN })), ResourceNotFoundException)
  })
})
