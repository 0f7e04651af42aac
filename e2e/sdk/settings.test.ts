import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AddTagsToStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DescribeAccountSettingsCommand,
  DescribeLimitsCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  IncreaseStreamRetentionPeriodCommand,
  InvalidArgumentException,
  LimitExceededException,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  RemoveTagsFromStreamCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccountSettingsCommand,
  UpdateMaxRecordSizeCommand,
  UpdateStreamModeCommand,
  UpdateStreamRecordDistributionStrategyCommand,
  UpdateStreamWarmThroughputCommand,
  ValidationException,
} from '@aws-sdk/client-kinesis'
import { freshRegion, Kinesis, kinesis } from '../api/client/kinesis.js'
import { SdkStreams } from './client/sdk-streams.js'
import { everySdk } from './client/variants.js'

const { endpoint } = await kinesis()

everySdk('settings by the AWS SDK for JavaScript', new Kinesis(endpoint, freshRegion()), (client) => {
  const streams = new SdkStreams(client)

  test('tags a stream, and takes the tags away', async () => {
    const { StreamName, StreamARN } = await streams.create(1)
    await client.send(new AddTagsToStreamCommand({ StreamName, Tags: { a: '1', ключ: 'значение' } }))
    await client.send(new TagResourceCommand({ ResourceARN: StreamARN, Tags: { b: '' } }))
    const { Tags, HasMoreTags } = await client.send(new ListTagsForStreamCommand({ StreamName, Limit: 2 }))
    assert.deepEqual([Tags?.map(({ Key }) => Key), HasMoreTags], [['a', 'b'], true])
    await client.send(new RemoveTagsFromStreamCommand({ StreamARN, TagKeys: ['a'] }))
    await client.send(new UntagResourceCommand({ ResourceARN: StreamARN, TagKeys: ['b'] }))
    const left = await client.send(new ListTagsForResourceCommand({ ResourceARN: StreamARN }))
    assert.deepEqual(left.Tags, [{ Key: 'ключ', Value: 'значение' }])
    await assert.rejects(
      client.send(new TagResourceCommand({ ResourceARN: StreamARN, Tags: { 'a;b': '' } })),
      InvalidArgumentException,
    )
  })

  test('changes what a stream keeps, measures and takes', async () => {
    const { StreamName, StreamARN } = await streams.create(1)
    await client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 48 }))
    await streams.active(StreamName)
    const on = await client.send(new EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ['ALL'] }))
    assert.deepEqual([on.CurrentShardLevelMetrics, on.DesiredShardLevelMetrics?.length], [[], 7])
    await streams.active(StreamName)
    const off = await client.send(new DisableEnhancedMonitoringCommand({ StreamARN, ShardLevelMetrics: ['IncomingBytes'] }))
    assert.deepEqual([off.CurrentShardLevelMetrics?.length, off.DesiredShardLevelMetrics?.length], [7, 6])
    await streams.active(StreamName)
    await client.send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB: 2048 }))
    await streams.active(StreamName)
    await client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 }))
    await streams.active(StreamName)
    const { RetentionPeriodHours, MaxRecordSizeInKiB, EnhancedMonitoring } = await streams.summary(StreamName)
    assert.deepEqual([RetentionPeriodHours, MaxRecordSizeInKiB], [24, 2048])
    assert.equal(EnhancedMonitoring?.[0]?.ShardLevelMetrics?.length, 6)
  })

  test('switches modes, and warms streams of an account that has committed itself', async () => {
    const { StreamName, StreamARN } = await streams.create(1)
    const warm = () => client.send(new UpdateStreamWarmThroughputCommand({ StreamName, WarmThroughputMiBps: 3 }))
    await assert.rejects(warm(), ValidationException)
    const MinimumThroughputBillingCommitment = { Status: 'ENABLED' } as const
    const { MinimumThroughputBillingCommitment: commitment } = await client.send(
      new UpdateAccountSettingsCommand({ MinimumThroughputBillingCommitment }),
    )
    assert.equal(commitment?.Status, 'ENABLED')
    assert.equal(Number(commitment.EarliestAllowedEndAt) - Number(commitment.StartedAt), 86_400_000)
    const described = await client.send(new DescribeAccountSettingsCommand({}))
    assert.deepEqual(described.MinimumThroughputBillingCommitment, commitment)
    await client.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }))
    await streams.active(StreamName)
    const { WarmThroughput } = await warm()
    assert.deepEqual(WarmThroughput, { TargetMiBps: 3, CurrentMiBps: 1 })
    await streams.active(StreamName)
    assert.equal((await streams.summary(StreamName)).OpenShardCount, 3)
    for (const RecordDistributionStrategy of ['AUTO', 'USER_PARTITION_KEY'] as const) {
      await client.send(new UpdateStreamRecordDistributionStrategyCommand({ StreamARN, RecordDistributionStrategy }))
      assert.equal((await streams.summary(StreamName)).RecordDistributionStrategy, RecordDistributionStrategy)
    }
    await client.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: 'PROVISIONED' } }))
    await streams.active(StreamName)
    const again = new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
    await assert.rejects(client.send(again), LimitExceededException)
  })

  test('asks for the limits of the account', async () => {
    const limits = await client.send(new DescribeLimitsCommand({}))
    assert.ok((limits.ShardLimit ?? 0) >= (limits.OpenShardCount ?? Infinity))
    assert.ok((limits.OnDemandStreamCountLimit ?? 0) >= (limits.OnDemandStreamCount ?? Infinity))
  })
})
