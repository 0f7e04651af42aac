import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CreateChannelInput } from '@millrace/aws-models'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { account, createdMs } from '../stream/stream.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const streamArn = (name: string) => `arn:aws:kinesis:us-east-1:${account}:stream/${name}`
const bucket = { BucketARN: 'arn:aws:s3:::files', ExpectedBucketOwner: '111111111111' }
const schema = `arn:aws:glue:us-east-1:${account}:schema/registry/orders`
const tableBucket = `arn:aws:s3tables:us-east-1:${account}:bucket/tables`
const table = { TableBucketARN: tableBucket, Namespace: 'n', TableName: 't', CompressionType: 'ZSTD' } as const

const toFiles = (given: Partial<CreateChannelInput> = {}): CreateChannelInput => ({
  ChannelName: 'files',
  ServiceExecutionRoleARN: `arn:aws:iam::${account}:role/delivery`,
  StreamConfigurationList: [{ StreamARN: streamArn('orders'), RecordConfiguration: { RecordFormatType: 'JSON' } }],
  S3DestinationConfiguration: { StorageConfiguration: { ...bucket, CompressionType: 'GZIP' } },
  ...given,
})

const toTables = (given: Partial<CreateChannelInput> = {}): CreateChannelInput => ({
  ...toFiles(),
  ChannelName: 'tables',
  StreamConfigurationList: [
    { StreamARN: streamArn('orders'), RecordConfiguration: { RecordFormatType: 'GSR_JSON', GSRSchemaARN: schema } },
  ],
  S3DestinationConfiguration: undefined,
  S3TablesDestinationConfiguration: { DeadLetterQueueS3Configuration: bucket, S3TablesConfigurationList: [table] },
  ...given,
})

async function onStream(use: (plane: TestControlPlane) => Promise<void>): Promise<void> {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'orders' })
  await use(plane)
  await plane.service.stop()
}

async function created(plane: TestControlPlane, input: CreateChannelInput): Promise<string> {
  return (await plane.output('CreateChannel', input)).ChannelDescription.ChannelARN
}

async function described(plane: TestControlPlane, ChannelARN: string) {
  return (await plane.output('DescribeChannel', { ChannelARN })).ChannelDescription
}

const reason = 'This installation has no delivery service: no record of the stream is delivered by the channel.'

test('a channel to files is described with the defaults, and fails with the reason', () =>
  onStream(async (plane) => {
    const { ChannelDescription } = await plane.output('CreateChannel', toFiles())
    const { ChannelId, ChannelARN } = ChannelDescription
    assert.equal(ChannelARN, `arn:aws:kinesis:us-east-1:${account}:channel/${ChannelId}`)
    const shown = {
      ChannelName: 'files',
      ChannelARN,
      ChannelId,
      ChannelCreationTimestamp: new Date(createdMs),
      ServiceExecutionRoleARN: `arn:aws:iam::${account}:role/delivery`,
      StreamConfigurationList: [
        {
          StreamARN: streamArn('orders'),
          StreamCreationTimestamp: new Date(createdMs),
          RecordConfiguration: { RecordFormatType: 'JSON' },
        },
      ],
      S3DestinationConfiguration: {
        DataFreshnessInSeconds: 300,
        DeadLetterQueueS3Configuration: { ...bucket, ErrorOutputPrefix: 'kinesis-channel-errors/' },
        StorageConfiguration: {
          ...bucket,
          CompressionType: 'GZIP',
          StorageClass: 'STANDARD',
          OutputKeyTemplate:
            'kinesis-channel/!{channel-name}/!{channel-id}/!{yyyy}/!{MM}/!{dd}/!{HH}/!{channel-name}-!{channel-id}-!{yyyy}-!{MM}-!{dd}-!{HH}-!{mm}!{extension}',
        },
      },
      LoggingConfiguration: { CloudWatchLogs: { Enabled: false } },
    }
    assert.deepEqual(ChannelDescription, { ...shown, ChannelStatus: 'CREATING' })
    await plane.settle()
    const failed = { ...shown, ChannelStatus: 'FAILED', ChannelStatusReason: reason }
    assert.deepEqual(await described(plane, ChannelARN), failed)
    const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
    assert.deepEqual(await described(again, ChannelARN), failed)
    await again.service.stop()
    const { StreamDescriptionSummary } = await plane.output('DescribeStreamSummary', { StreamName: 'orders' })
    assert.equal(StreamDescriptionSummary.ChannelCount, 1)
  }))

test('what is given of a channel is shown as it was given', () =>
  onStream(async (plane) => {
    const StorageConfiguration = {
      ...bucket,
      CompressionType: 'NONE',
      StorageClass: 'GLACIER_IR',
      OutputKeyTemplate: 'a/!{yyyy}-!{mm}!{extension:.json}',
    } as const
    const DeadLetterQueueS3Configuration = { ...bucket, ErrorOutputPrefix: 'errors/' }
    const files = { DataFreshnessInSeconds: 900, DeadLetterQueueS3Configuration, StorageConfiguration }
    const logs = { Enabled: true, LogGroupName: 'group', LogStreamName: 'stream' }
    const filesArn = await created(
      plane,
      toFiles({ S3DestinationConfiguration: files, LoggingConfiguration: { CloudWatchLogs: logs } }),
    )
    const shownFiles = await described(plane, filesArn)
    assert.deepEqual(shownFiles.S3DestinationConfiguration, files)
    assert.deepEqual(shownFiles.LoggingConfiguration, { CloudWatchLogs: logs })
    const tablesArn = await created(plane, toTables({ LoggingConfiguration: { CloudWatchLogs: { Enabled: true } } }))
    const shown = await described(plane, tablesArn)
    assert.deepEqual(shown.S3TablesDestinationConfiguration, {
      DataFreshnessInSeconds: 300,
      DeadLetterQueueS3Configuration: bucket,
      S3TablesConfigurationList: [table],
    })
    assert.equal(shown.S3DestinationConfiguration, undefined)
    assert.deepEqual(shown.LoggingConfiguration, {
      CloudWatchLogs: {
        Enabled: true,
        LogGroupName: `/aws/kinesis/tables/${shown.ChannelId}`,
        LogStreamName: 'DestinationDelivery',
      },
    })
  }))

test('members that do not go together are refused', () =>
  onStream(async (plane) => {
    const streams = toFiles().StreamConfigurationList
    const format = (RecordFormatType: 'JSON' | 'STRING' | 'GSR_JSON', GSRSchemaARN?: string) => [
      { ...streams[0], RecordConfiguration: { RecordFormatType, ...(GSRSchemaARN ? { GSRSchemaARN } : {}) } },
    ]
    const destination = (given: object) => ({
      S3DestinationConfiguration: { StorageConfiguration: { ...bucket, CompressionType: 'GZIP', ...given } as const },
    })
    const withFreshness = (DataFreshnessInSeconds: number) => ({
      S3DestinationConfiguration: { ...destination({}).S3DestinationConfiguration, DataFreshnessInSeconds },
    })
    const tables = toTables().S3TablesDestinationConfiguration
    const one = 'Exactly one of S3DestinationConfiguration and S3TablesDestinationConfiguration must be specified.'
    const template = (text: string) => destination({ OutputKeyTemplate: text })
    const elsewhere = 'arn:aws:glue:eu-west-1:000000000000:schema/registry/orders'
    const cases: [Partial<CreateChannelInput>, string][] = [
      [{ StreamConfigurationList: [...streams, ...streams] }, 'StreamConfigurationList must have exactly one stream.'],
      [{ S3DestinationConfiguration: undefined }, one],
      [{ S3TablesDestinationConfiguration: tables }, one],
      [{ StreamConfigurationList: format('GSR_JSON') }, 'RecordFormatType GSR_JSON is not supported for S3 destinations.'],
      [{ StreamConfigurationList: format('JSON', schema) }, 'GSRSchemaARN is not supported for S3 destinations.'],
      [withFreshness(299), 'DataFreshnessInSeconds must be between 300 and 900.'],
      [withFreshness(901), 'DataFreshnessInSeconds must be between 300 and 900.'],
      [template('!{topic}'), 'OutputKeyTemplate !{topic} has an unknown variable.'],
      [template('/a'), 'OutputKeyTemplate /a must not start or end with a slash.'],
      [template('a/../b'), 'OutputKeyTemplate a/../b must not have . or .. as a part.'],
      [
        toTables({ StreamConfigurationList: format('STRING', schema) }),
        'RecordFormatType STRING is not supported for S3 Tables destinations.',
      ],
      [toTables({ StreamConfigurationList: format('JSON') }), 'GSRSchemaARN is required for S3 Tables destinations.'],
      [
        toTables({ StreamConfigurationList: format('JSON', elsewhere) }),
        `${elsewhere} is not in the account and the region of the stream.`,
      ],
      [
        toTables({
          S3TablesDestinationConfiguration: { DeadLetterQueueS3Configuration: bucket, S3TablesConfigurationList: [table, table] },
        }),
        'S3TablesConfigurationList must have exactly one table.',
      ],
      [
        { EncryptionConfiguration: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } },
        'The key alias/aws/kinesis cannot be used for channels: a customer managed key is required.',
      ],
    ]
    for (const [given, message] of cases) {
      assert.deepEqual(await plane.refusal('CreateChannel', toFiles(given)), { kind: 'InvalidArgument', message })
    }
    const EncryptionConfiguration = { EncryptionType: 'KMS', KeyId: 'alias/mine' } as const
    assert.deepEqual(await plane.refusal('CreateChannel', toFiles({ EncryptionConfiguration })), {
      kind: 'KeyNotFound',
      message: `Alias arn:aws:kms:us-east-1:${account}:alias/mine is not found.`,
    })
    assert.equal((await plane.refusal('CreateChannel', toFiles({ Tags: { 'a;': '' } }))).kind, 'InvalidArgument')
  }))

test('a channel needs an on-demand stream that is there and in service', () =>
  onStream(async (plane) => {
    const from = (name: string) =>
      toFiles({
        StreamConfigurationList: [{ StreamARN: streamArn(name), RecordConfiguration: { RecordFormatType: 'JSON' } }],
      })
    assert.deepEqual(await plane.refusal('CreateChannel', from('none')), { kind: 'StreamNotFound', stream: 'none', account })
    await plane.createActive({ StreamName: 'counted', ShardCount: 1 })
    assert.deepEqual(await plane.refusal('CreateChannel', from('counted')), {
      kind: 'ValidationFailed',
      message: `Request is invalid. Stream counted under account ${account} is in Provisioned mode.`,
    })
    await plane.output('CreateStream', { StreamName: 'new' })
    const creating = { kind: 'StreamNotActive', stream: 'new', account, state: 'CREATING' }
    assert.deepEqual(await plane.refusal('CreateChannel', from('new')), creating)
  }))

test('a name is one channel in a region, and a stream has one channel to files and one to tables', () =>
  onStream(async (plane) => {
    await plane.createActive({ StreamName: 'other' })
    await created(plane, toFiles())
    await created(plane, toTables())
    assert.deepEqual(await plane.refusal('CreateChannel', toFiles()), {
      kind: 'ResourceInUse',
      message: `Channel files under account ${account} already exists.`,
    })
    const second = (type: string) => ({
      kind: 'LimitExceeded',
      message: `Stream orders under account ${account} has a channel with a destination of type ${type} already. Limit: 1.`,
    })
    assert.deepEqual(await plane.refusal('CreateChannel', toFiles({ ChannelName: 'more' })), second('S3'))
    assert.deepEqual(await plane.refusal('CreateChannel', toTables({ ChannelName: 'more' })), second('S3_TABLES'))
    const StreamConfigurationList = [
      { StreamARN: streamArn('other'), RecordConfiguration: { RecordFormatType: 'STRING' } },
    ] as const
    await created(plane, toFiles({ ChannelName: 'more', StreamConfigurationList }))
  }))

test('a deleted channel is DELETING and then gone, and its name is free', () =>
  onStream(async (plane) => {
    const ChannelARN = await created(plane, toFiles())
    await plane.output('DeleteChannel', { ChannelARN })
    await plane.output('DeleteChannel', { ChannelARN })
    assert.equal((await described(plane, ChannelARN)).ChannelStatus, 'DELETING')
    await plane.settle()
    const missing = { kind: 'ResourceNotFound', message: `Channel ${ChannelARN} under account ${account} not found.` }
    assert.deepEqual(await plane.refusal('DescribeChannel', { ChannelARN }), missing)
    assert.deepEqual(await plane.refusal('DeleteChannel', { ChannelARN }), missing)
    const update = { ChannelARN, LoggingConfiguration: { CloudWatchLogs: { Enabled: true } } }
    assert.deepEqual(await plane.refusal('UpdateChannel', update), missing)
    const wrong = `${ChannelARN}/more`
    const invalid = { kind: 'InvalidArgument', message: `${wrong} is not the ARN of a channel.` }
    assert.deepEqual(await plane.refusal('DescribeChannel', { ChannelARN: wrong }), invalid)
    assert.notEqual(await created(plane, toFiles()), ChannelARN)
  }))

test('freshness and logs of a channel can change, and it fails anew', () =>
  onStream(async (plane) => {
    const ChannelARN = await created(plane, toFiles())
    const logs = (CloudWatchLogs: { Enabled: boolean; LogStreamName?: string }) => ({ LoggingConfiguration: { CloudWatchLogs } })
    const fresh = { S3DestinationConfiguration: { DataFreshnessInSeconds: 600 } }
    assert.deepEqual(await plane.refusal('UpdateChannel', { ChannelARN, ...fresh }), {
      kind: 'ResourceInUse',
      message: `Channel files under account ${account} not ACTIVE, instead in state CREATING`,
    })
    await plane.settle()
    const { ChannelDescription } = await plane.output('UpdateChannel', { ChannelARN, ...fresh })
    assert.equal(ChannelDescription.ChannelStatus, 'UPDATING')
    assert.equal(ChannelDescription.ChannelStatusReason, undefined)
    assert.equal(ChannelDescription.S3DestinationConfiguration?.DataFreshnessInSeconds, 600)
    await plane.settle()
    assert.equal((await described(plane, ChannelARN)).ChannelStatus, 'FAILED')
    await plane.output('UpdateChannel', { ChannelARN, ...logs({ Enabled: true, LogStreamName: 'mine' }) })
    await plane.settle()
    await plane.output('UpdateChannel', { ChannelARN, ...logs({ Enabled: false }) })
    await plane.settle()
    const shown = await described(plane, ChannelARN)
    assert.deepEqual(shown.LoggingConfiguration, {
      CloudWatchLogs: { Enabled: false, LogGroupName: `/aws/kinesis/files/${shown.ChannelId}`, LogStreamName: 'mine' },
    })
    assert.equal(shown.S3DestinationConfiguration?.DataFreshnessInSeconds, 600)
    const tables = { S3TablesDestinationConfiguration: { DataFreshnessInSeconds: 600 } }
    const cases = [
      [{}, 'At least one setting of the channel to update must be specified.'],
      [{ ...fresh, ...tables }, 'Only one of S3DestinationConfiguration and S3TablesDestinationConfiguration can be specified.'],
      [tables, 'Channel files has no S3TablesDestinationConfiguration.'],
      [{ S3DestinationConfiguration: { DataFreshnessInSeconds: 1 } }, 'DataFreshnessInSeconds must be between 300 and 900.'],
    ] as const
    for (const [given, message] of cases) {
      assert.deepEqual(await plane.refusal('UpdateChannel', { ChannelARN, ...given }), { kind: 'InvalidArgument', message })
    }
  }))

test('channels are listed by name, in pages, and by the streams that are asked for', () =>
  onStream(async (plane) => {
    await plane.createActive({ StreamName: 'other' })
    const other = [{ StreamARN: streamArn('other'), RecordConfiguration: { RecordFormatType: 'STRING' } }] as const
    await created(plane, toTables({ ChannelName: 'c' }))
    await created(plane, toFiles({ ChannelName: 'a' }))
    await created(plane, toFiles({ ChannelName: 'B', StreamConfigurationList: other }))
    const names = async (input: object) =>
      (await plane.output('ListChannels', input)).ChannelSummaries.map(({ ChannelName }) => ChannelName)
    assert.deepEqual(await names({}), ['B', 'a', 'c'])
    assert.deepEqual(await names({ StreamFilter: [{ StreamARN: streamArn('other') }] }), ['B'])
    const StreamCreationTimestamp = new Date(createdMs)
    assert.deepEqual(await names({ StreamFilter: [{ StreamARN: streamArn('orders'), StreamCreationTimestamp }] }), ['a', 'c'])
    assert.deepEqual(await names({ StreamFilter: [{ StreamARN: streamArn('other'), StreamCreationTimestamp: new Date(0) }] }), [])
    assert.deepEqual(await names({ StreamFilter: [{ StreamARN: streamArn('none') }] }), [])
    const first = await plane.output('ListChannels', { MaxResults: 2 })
    const { ChannelId, ChannelARN } = first.ChannelSummaries[1]
    assert.deepEqual(first.ChannelSummaries[1], {
      ChannelName: 'a',
      ChannelARN,
      ChannelId,
      ChannelStatus: 'CREATING',
      ChannelCreationTimestamp: new Date(createdMs),
      ChannelDestinationType: 'S3',
      Streams: [{ StreamARN: streamArn('orders'), StreamCreationTimestamp }],
    })
    const second = await plane.output('ListChannels', { MaxResults: 2, NextToken: first.NextToken })
    assert.deepEqual([second.ChannelSummaries.length, second.NextToken], [1, undefined])
    assert.deepEqual(await plane.refusal('ListChannels', { NextToken: 'x' }), {
      kind: 'InvalidArgument',
      message: 'Invalid NextToken.',
    })
    plane.clock.advance(300_001)
    assert.equal((await plane.refusal('ListChannels', { NextToken: first.NextToken })).kind, 'ExpiredNextToken')
  }))

test('a stream with channels is neither deleted nor made provisioned, unless they have failed', () =>
  onStream(async (plane) => {
    const ChannelARN = await created(plane, toFiles())
    const deletion = { StreamName: 'orders', EnforceConsumerDeletion: true }
    const toProvisioned = {
      StreamARN: streamArn('orders'),
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    } as const
    const inUse = {
      kind: 'ResourceInUse',
      message: `DeleteStream can't delete ${streamArn('orders')} because there are channels associated with this data stream. Delete the channels first.`,
    }
    assert.deepEqual(await plane.refusal('DeleteStream', deletion), inUse)
    assert.equal((await plane.refusal('UpdateStreamMode', toProvisioned)).kind, 'ResourceInUse')
    await plane.settle()
    await plane.output('UpdateStreamMode', toProvisioned)
    await plane.settle()
    await plane.output('DeleteStream', deletion)
    await plane.settle()
    assert.equal((await plane.refusal('DescribeChannel', { ChannelARN })).kind, 'ResourceNotFound')
  }))
