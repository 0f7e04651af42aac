import * as sdk from '@aws-sdk/client-kinesis'

/** Every operation that the API has, as the AWS SDK knows it. */
export const operations: readonly string[] = Object.keys(sdk).flatMap((name) => /^([A-Z]\w*)Command$/.exec(name)?.[1] ?? [])

/** Operations that name no resource which must be there. */
export const withoutResource: readonly string[] = [
  'CreateChannel',
  'CreateStream',
  'DescribeAccountSettings',
  'DescribeLimits',
  'GetRecords',
  'ListChannels',
  'ListStreams',
  'UpdateAccountSettings',
]

const key = { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }

/** Operations that act on a stream, each with all that its model requires besides the stream. */
export const onStream: Readonly<Record<string, object>> = {
  AddTagsToStream: { Tags: { a: '' } },
  DecreaseStreamRetentionPeriod: { RetentionPeriodHours: 24 },
  DeleteStream: {},
  DescribeStream: {},
  DescribeStreamSummary: {},
  DisableEnhancedMonitoring: { ShardLevelMetrics: ['ALL'] },
  EnableEnhancedMonitoring: { ShardLevelMetrics: ['ALL'] },
  GetShardIterator: { ShardId: '0', ShardIteratorType: 'LATEST' },
  IncreaseStreamRetentionPeriod: { RetentionPeriodHours: 48 },
  ListShards: {},
  ListStreamConsumers: {},
  ListTagsForStream: {},
  MergeShards: { ShardToMerge: '0', AdjacentShardToMerge: '1' },
  PutRecord: { PartitionKey: 'a', Data: '' },
  PutRecords: { Records: [{ PartitionKey: 'a', Data: '' }] },
  RegisterStreamConsumer: { ConsumerName: 'app' },
  RemoveTagsFromStream: { TagKeys: ['a'] },
  SplitShard: { ShardToSplit: '0', NewStartingHashKey: '1' },
  StartStreamEncryption: key,
  StopStreamEncryption: key,
  UpdateMaxRecordSize: { MaxRecordSizeInKiB: 2048 },
  UpdateShardCount: { TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' },
  UpdateStreamMode: { StreamModeDetails: { StreamMode: 'ON_DEMAND' } },
  UpdateStreamRecordDistributionStrategy: { RecordDistributionStrategy: 'AUTO' },
  UpdateStreamWarmThroughput: { WarmThroughputMiBps: 1 },
}

interface Resources {
  readonly stream: string
  readonly consumer: string
  readonly channel: string
}

/** Of every other operation the resource that it acts on, and an input that the model lets pass. */
export function inputsOn({ stream, consumer, channel }: Resources): Record<string, readonly [resource: string, input: object]> {
  const [StreamARN, ResourceARN, ConsumerARN, ChannelARN] = [stream, stream, consumer, channel]
  const Statement = { Effect: 'Allow', Principal: '*', Action: 'kinesis:PutRecord', Resource: stream }
  const onResource = {
    DeleteResourcePolicy: {},
    GetResourcePolicy: {},
    ListTagsForResource: {},
    PutResourcePolicy: { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) },
    TagResource: { Tags: { a: '' } },
    UntagResource: { TagKeys: ['a'] },
  }
  const onConsumer = {
    DeregisterStreamConsumer: {},
    DescribeStreamConsumer: {},
    SubscribeToShard: { ShardId: '0', StartingPosition: { Type: 'LATEST' } },
  }
  const onChannel = {
    DeleteChannel: {},
    DescribeChannel: {},
    UpdateChannel: { S3DestinationConfiguration: { DataFreshnessInSeconds: 400 } },
  }
  const all = (inputs: Record<string, object>, resource: string, address: object) =>
    Object.entries(inputs).map(([operation, input]) => [operation, [resource, { ...address, ...input }]] as const)
  return Object.fromEntries([
    ...all(onStream, stream, { StreamARN }),
    ...all(onResource, stream, { ResourceARN }),
    ...all(onConsumer, consumer, { ConsumerARN }),
    ...all(onChannel, channel, { ChannelARN }),
  ])
}
