import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError } from './client/expect.js'
import { kinesis } from './client/kinesis.js'

const api = await kinesis()
const arnOf = (resource: string) => `arn:aws:kinesis:${api.region}:999999999999:${resource}`
const StreamARN = arnOf('stream/theirs')
const ResourceARN = StreamARN
const ConsumerARN = `${StreamARN}/consumer/app:1`
const ChannelARN = arnOf('channel/theirs')

/** Every operation on a resource, with an input that the model lets pass. */
const calls: readonly (readonly [operation: string, resource: string, input: object])[] = [
  ['AddTagsToStream', StreamARN, { StreamARN, Tags: { a: '' } }],
  ['DecreaseStreamRetentionPeriod', StreamARN, { StreamARN, RetentionPeriodHours: 24 }],
  ['DeleteChannel', ChannelARN, { ChannelARN }],
  ['DeleteResourcePolicy', ResourceARN, { ResourceARN }],
  ['DeleteStream', StreamARN, { StreamARN }],
  ['DeregisterStreamConsumer', ConsumerARN, { ConsumerARN }],
  ['DescribeChannel', ChannelARN, { ChannelARN }],
  ['DescribeStream', StreamARN, { StreamARN }],
  ['DescribeStreamConsumer', ConsumerARN, { ConsumerARN }],
  ['DescribeStreamSummary', StreamARN, { StreamARN }],
  ['DisableEnhancedMonitoring', StreamARN, { StreamARN, ShardLevelMetrics: ['ALL'] }],
  ['EnableEnhancedMonitoring', StreamARN, { StreamARN, ShardLevelMetrics: ['ALL'] }],
  ['GetResourcePolicy', ResourceARN, { ResourceARN }],
  ['GetShardIterator', StreamARN, { StreamARN, ShardId: '0', ShardIteratorType: 'LATEST' }],
  ['IncreaseStreamRetentionPeriod', StreamARN, { StreamARN, RetentionPeriodHours: 48 }],
  ['ListShards', StreamARN, { StreamARN }],
  ['ListStreamConsumers', StreamARN, { StreamARN }],
  ['ListTagsForResource', ResourceARN, { ResourceARN }],
  ['ListTagsForStream', StreamARN, { StreamARN }],
  ['MergeShards', StreamARN, { StreamARN, ShardToMerge: '0', AdjacentShardToMerge: '1' }],
  ['PutRecord', StreamARN, { StreamARN, PartitionKey: 'a', Data: '' }],
  ['PutRecords', StreamARN, { StreamARN, Records: [{ PartitionKey: 'a', Data: '' }] }],
  ['PutResourcePolicy', ResourceARN, { ResourceARN, Policy: '{}' }],
  ['RegisterStreamConsumer', StreamARN, { StreamARN, ConsumerName: 'app' }],
  ['RemoveTagsFromStream', StreamARN, { StreamARN, TagKeys: ['a'] }],
  ['SplitShard', StreamARN, { StreamARN, ShardToSplit: '0', NewStartingHashKey: '1' }],
  ['StartStreamEncryption', StreamARN, { StreamARN, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }],
  ['StopStreamEncryption', StreamARN, { StreamARN, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }],
  ['SubscribeToShard', ConsumerARN, { ConsumerARN, ShardId: '0', StartingPosition: { Type: 'LATEST' } }],
  ['TagResource', ResourceARN, { ResourceARN, Tags: { a: '' } }],
  ['UntagResource', ResourceARN, { ResourceARN, TagKeys: ['a'] }],
  ['UpdateMaxRecordSize', StreamARN, { StreamARN, MaxRecordSizeInKiB: 2048 }],
  ['UpdateShardCount', StreamARN, { StreamARN, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }],
  ['UpdateStreamMode', StreamARN, { StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }],
  ['UpdateStreamRecordDistributionStrategy', StreamARN, { StreamARN, RecordDistributionStrategy: 'AUTO' }],
  ['UpdateStreamWarmThroughput', StreamARN, { StreamARN, WarmThroughputMiBps: 1 }],
]

suite('the resource of another account', () => {
  for (const [operation, resource, input] of calls) {
    test(`is not for ${operation}, whether it is there or not`, async () => {
      const answer = await api.call(operation, input)
      const [user = ''] = /^User: (\S+)/.exec(answer.body?.message ?? '') ?? []
      const action = `kinesis:${operation}`
      assertError(
        answer,
        'AccessDeniedException',
        `${user} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`,
      )
      assert.match(user, /^User: arn:aws:iam::\d{12}:/)
    })
  }
})
