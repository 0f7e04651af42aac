import { suite, test } from 'node:test'
import { assertError } from './client/expect.js'
import { kinesis } from './client/kinesis.js'

const api = await kinesis()
const kms = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }
const shard = { ShardId: '0', ShardIteratorType: 'LATEST' }

/** Every operation that takes the name of a stream or its ARN, with all that its model requires. */
const calls: Readonly<Record<string, object>> = {
  AddTagsToStream: { Tags: { a: 'b' } },
  DecreaseStreamRetentionPeriod: { RetentionPeriodHours: 24 },
  DeleteStream: {},
  DescribeStream: {},
  DescribeStreamSummary: {},
  DisableEnhancedMonitoring: { ShardLevelMetrics: ['ALL'] },
  EnableEnhancedMonitoring: { ShardLevelMetrics: ['ALL'] },
  GetShardIterator: shard,
  IncreaseStreamRetentionPeriod: { RetentionPeriodHours: 48 },
  ListTagsForStream: {},
  MergeShards: { ShardToMerge: '0', AdjacentShardToMerge: '1' },
  PutRecord: { PartitionKey: 'a', Data: '' },
  PutRecords: { Records: [{ PartitionKey: 'a', Data: '' }] },
  RemoveTagsFromStream: { TagKeys: ['a'] },
  SplitShard: { ShardToSplit: '0', NewStartingHashKey: '2' },
  StartStreamEncryption: kms,
  StopStreamEncryption: kms,
  UpdateShardCount: { ScalingType: 'UNIFORM_SCALING', TargetShardCount: 1 },
  UpdateStreamWarmThroughput: { WarmThroughputMiBps: 0 },
}

suite('neither a name nor an ARN of a stream', () => {
  const message = "Stream arn and stream name can't be empty at the same time"
  for (const [operation, input] of Object.entries(calls)) {
    test(`is an invalid argument of ${operation}, and null is nothing`, async () => {
      assertError(await api.call(operation, input), 'InvalidArgumentException', message)
      const nulls = { StreamName: null, StreamARN: null }
      assertError(await api.call(operation, { ...input, ...nulls }), 'InvalidArgumentException', message)
    })
  }
})
