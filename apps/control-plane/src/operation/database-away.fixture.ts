import type { KinesisOperations } from '@millrace/aws-models'
import { Database, PrismaStreamRepository, type StreamMetadata } from '@millrace/metadata'
import type { LifecycleOperationName } from '@millrace/streams'
import type { TestControlPlane } from '../control-plane.fixture.js'
import { account } from '../stream/stream.fixture.js'

type Name = LifecycleOperationName
type Input<Of extends Name> = KinesisOperations[Of]['input']

const bucket = { BucketARN: 'arn:aws:s3:::files', ExpectedBucketOwner: '111111111111' }
const KeyId = 'alias/aws/kinesis'
const counted = { StreamName: 'counted' }

/** Where a test of an operation lives: a region of its own, with a provisioned and an on-demand stream that have all that there is. */
export class Scene {
  private channelArn = ''
  private consumerArn = ''

  constructor(
    private readonly plane: TestControlPlane,
    readonly operation: Name,
  ) {}

  get region(): string {
    return `region-of-${this.operation}`
  }

  call(): ReturnType<typeof this.plane.call<Name>> {
    return this.plane.call(this.operation, this.input(), { region: this.region })
  }

  private input(): Input<Name> {
    return inputs[this.operation]({
      counted: this.arn('counted'),
      flexible: this.arn('flexible'),
      consumer: this.consumerArn,
      channel: this.channelArn,
    })
  }

  async create(): Promise<void> {
    await this.do('CreateStream', { ...counted, ShardCount: 2, Tags: { a: 'b' } })
    await this.do('CreateStream', { StreamName: 'flexible' })
  }

  async furnish(): Promise<void> {
    const { Consumer } = await this.do('RegisterStreamConsumer', { StreamARN: this.arn('counted'), ConsumerName: 'app' })
    this.consumerArn = Consumer.ConsumerARN
    const { ChannelDescription } = await this.do('CreateChannel', channel('files', this.arn('flexible')))
    this.channelArn = ChannelDescription.ChannelARN
    await this.do('PutResourcePolicy', { ResourceARN: this.arn('counted'), Policy: policyOf(this.arn('counted')) })
    await this.do('EnableEnhancedMonitoring', { ...counted, ShardLevelMetrics: ['IncomingBytes'] })
    if (this.operation === 'UpdateStreamWarmThroughput') await this.do('UpdateAccountSettings', committed)
  }

  async lengthen(): Promise<void> {
    await this.do('IncreaseStreamRetentionPeriod', { ...counted, RetentionPeriodHours: 48 })
  }

  async encrypt(): Promise<void> {
    await this.do('StartStreamEncryption', { ...counted, EncryptionType: 'KMS', KeyId })
  }

  private do<Of extends Name>(operation: Of, input: Input<Of>): Promise<KinesisOperations[Of]['output']> {
    return this.plane.output(operation, input, { region: this.region })
  }

  private arn(stream: string): string {
    return `arn:aws:kinesis:${this.region}:${account}:stream/${stream}`
  }
}

interface Arns {
  readonly counted: string
  readonly flexible: string
  readonly consumer: string
  readonly channel: string
}

function policyOf(Resource: string): string {
  return JSON.stringify({ Statement: { Effect: 'Allow', Principal: '*', Action: 'kinesis:PutRecord', Resource } })
}

const committed = { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } } as const

function channel(ChannelName: string, StreamARN: string): Input<'CreateChannel'> {
  return {
    ChannelName,
    ServiceExecutionRoleARN: `arn:aws:iam::${account}:role/delivery`,
    StreamConfigurationList: [{ StreamARN, RecordConfiguration: { RecordFormatType: 'JSON' } }],
    S3DestinationConfiguration: { StorageConfiguration: { ...bucket, CompressionType: 'NONE' } },
  }
}

/** Of each operation an input that it takes in its scene. */
const inputs: { readonly [Of in Name]: (arns: Arns) => Input<Of> } = {
  AddTagsToStream: () => ({ ...counted, Tags: { c: 'd' } }),
  CreateChannel: ({ flexible }) => ({
    ...channel('tables', flexible),
    S3DestinationConfiguration: undefined,
    StreamConfigurationList: [
      {
        StreamARN: flexible,
        RecordConfiguration: {
          RecordFormatType: 'JSON',
          GSRSchemaARN: `arn:aws:glue:region-of-CreateChannel:${account}:schema/a/b`,
        },
      },
    ],
    S3TablesDestinationConfiguration: {
      DeadLetterQueueS3Configuration: bucket,
      S3TablesConfigurationList: [
        {
          TableBucketARN: `arn:aws:s3tables:region-of-CreateChannel:${account}:bucket/abc`,
          Namespace: 'a',
          TableName: 'b',
          CompressionType: 'NONE',
        },
      ],
    },
  }),
  CreateStream: () => ({ StreamName: 'another', ShardCount: 3, Tags: { c: 'd' } }),
  DecreaseStreamRetentionPeriod: () => ({ ...counted, RetentionPeriodHours: 24 }),
  DeleteChannel: ({ channel: ChannelARN }) => ({ ChannelARN }),
  DeleteResourcePolicy: ({ counted: ResourceARN }) => ({ ResourceARN }),
  DeleteStream: () => ({ ...counted, EnforceConsumerDeletion: true }),
  DeregisterStreamConsumer: ({ consumer: ConsumerARN }) => ({ ConsumerARN }),
  DescribeAccountSettings: () => ({}),
  DescribeChannel: ({ channel: ChannelARN }) => ({ ChannelARN }),
  DescribeLimits: () => ({}),
  DescribeStream: () => counted,
  DescribeStreamConsumer: ({ consumer: ConsumerARN }) => ({ ConsumerARN }),
  DescribeStreamSummary: () => counted,
  DisableEnhancedMonitoring: () => ({ ...counted, ShardLevelMetrics: ['ALL'] }),
  EnableEnhancedMonitoring: () => ({ ...counted, ShardLevelMetrics: ['ALL'] }),
  GetResourcePolicy: ({ counted: ResourceARN }) => ({ ResourceARN }),
  IncreaseStreamRetentionPeriod: () => ({ ...counted, RetentionPeriodHours: 72 }),
  ListChannels: () => ({}),
  ListShards: () => counted,
  ListStreamConsumers: ({ counted: StreamARN }) => ({ StreamARN }),
  ListStreams: () => ({}),
  ListTagsForResource: ({ counted: ResourceARN }) => ({ ResourceARN }),
  ListTagsForStream: () => counted,
  MergeShards: () => ({ ...counted, ShardToMerge: 'shardId-000000000000', AdjacentShardToMerge: 'shardId-000000000001' }),
  PutResourcePolicy: ({ consumer: ResourceARN }) => ({ ResourceARN, Policy: policyOf(ResourceARN) }),
  RegisterStreamConsumer: ({ counted: StreamARN }) => ({ StreamARN, ConsumerName: 'another', Tags: { c: 'd' } }),
  RemoveTagsFromStream: () => ({ ...counted, TagKeys: ['a'] }),
  SplitShard: () => ({ ...counted, ShardToSplit: 'shardId-000000000000', NewStartingHashKey: '10' }),
  StartStreamEncryption: () => ({ StreamName: 'flexible', EncryptionType: 'KMS', KeyId }),
  StopStreamEncryption: () => ({ ...counted, EncryptionType: 'KMS', KeyId }),
  TagResource: ({ channel: ResourceARN }) => ({ ResourceARN, Tags: { c: 'd' } }),
  UntagResource: ({ counted: ResourceARN }) => ({ ResourceARN, TagKeys: ['a'] }),
  UpdateAccountSettings: () => committed,
  UpdateChannel: ({ channel: ChannelARN }) => ({
    ChannelARN,
    S3DestinationConfiguration: { DataFreshnessInSeconds: 600 },
  }),
  UpdateMaxRecordSize: ({ counted: StreamARN }) => ({ StreamARN, MaxRecordSizeInKiB: 2048 }),
  UpdateShardCount: () => ({ ...counted, TargetShardCount: 4, ScalingType: 'UNIFORM_SCALING' }),
  UpdateStreamMode: ({ flexible: StreamARN }) => ({ StreamARN, StreamModeDetails: { StreamMode: 'PROVISIONED' } }),
  UpdateStreamRecordDistributionStrategy: ({ flexible: StreamARN }) => ({ StreamARN, RecordDistributionStrategy: 'AUTO' }),
  UpdateStreamWarmThroughput: ({ flexible: StreamARN }) => ({ StreamARN, WarmThroughputMiBps: 8 }),
}

const reading = /^(Describe|List|Get)/

export const isReading = ({ operation }: Scene): boolean => reading.test(operation)

/** What is stored in each region, as texts that two runs can compare: what is generated, ids and keys, is left out. */
export async function storedStates(databaseUrl: string): Promise<ReadonlyMap<string, string>> {
  const database = new Database(databaseUrl, () => {})
  const { streams, accounts } = await new PrismaStreamRepository(database).load()
  await database.close()
  const byRegion = Map.groupBy<string, unknown>(
    [...streams.map(comparable), ...accounts],
    (row) => (row as StreamMetadata).region,
  )
  return new Map([...byRegion].map(([region, rows]) => [region, textOf(rows)]))
}

function comparable(stream: StreamMetadata) {
  const { id: _, dataKeys, channels, ...rest } = stream
  // They are stored in the order of their ids, which are generated.
  const byName = channels.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { ...rest, dataKeys: dataKeys.map(({ id }) => id), channels: byName }
}

function textOf(rows: unknown[]): string {
  const withMaps = (_: string, value: unknown) => (value instanceof Map ? [...value] : value)
  const texts = rows.map((row) => JSON.stringify(row, withMaps)).sort()
  return texts.join('\n').replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')
}
