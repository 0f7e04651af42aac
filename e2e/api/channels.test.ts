import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, assertViolations, streamNotFound, violation } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { createStream, freshName, until } from './client/streams.js'

const api = await kinesis()

const bucket = { BucketARN: 'arn:aws:s3:::files', ExpectedBucketOwner: '111111111111' }

const toFiles = (stream: string, given: object = {}) => ({
  ChannelName: freshName(),
  ServiceExecutionRoleARN: `arn:aws:iam::${api.account}:role/delivery`,
  StreamConfigurationList: [{ StreamARN: api.arn(stream), RecordConfiguration: { RecordFormatType: 'JSON' } }],
  S3DestinationConfiguration: { StorageConfiguration: { ...bucket, CompressionType: 'GZIP' } },
  ...given,
})

const onDemandStream = () => createStream(api, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } })

const described = async (ChannelARN: string): Promise<Json> =>
  (await api.ok('DescribeChannel', { ChannelARN })).ChannelDescription

const failed = (ChannelARN: string) =>
  until(
    () => described(ChannelARN),
    ({ ChannelStatus }) => ChannelStatus === 'FAILED',
  )

suite('a channel', () => {
  test('is described with its defaults, and says why it fails', async () => {
    const stream = await onDemandStream()
    const input = toFiles(stream)
    const { ChannelDescription: created } = await api.ok('CreateChannel', input)
    assert.equal(created.ChannelStatus, 'CREATING')
    assert.equal(created.ChannelARN, `arn:aws:kinesis:${api.region}:${api.account}:channel/${created.ChannelId}`)
    assert.ok(Math.abs(created.ChannelCreationTimestamp - Date.now() / 1000) < 10)
    const [source] = created.StreamConfigurationList
    assert.deepEqual([source.StreamARN, source.RecordConfiguration], [api.arn(stream), { RecordFormatType: 'JSON' }])
    assert.equal(created.S3DestinationConfiguration.DataFreshnessInSeconds, 300)
    assert.equal(created.S3DestinationConfiguration.StorageConfiguration.StorageClass, 'STANDARD')
    assert.equal(created.S3DestinationConfiguration.DeadLetterQueueS3Configuration.BucketARN, bucket.BucketARN)
    assert.deepEqual(created.LoggingConfiguration, { CloudWatchLogs: { Enabled: false } })
    const { ChannelStatusReason, ...rest } = await failed(created.ChannelARN)
    assert.deepEqual(rest, { ...created, ChannelStatus: 'FAILED' })
    assert.match(ChannelStatusReason, /no delivery service/)
    const { ChannelSummaries } = await api.ok('ListChannels', { StreamFilter: [{ StreamARN: api.arn(stream) }] })
    assert.deepEqual(ChannelSummaries, [
      {
        ChannelName: input.ChannelName,
        ChannelARN: created.ChannelARN,
        ChannelId: created.ChannelId,
        ChannelStatus: 'FAILED',
        ChannelStatusReason,
        ChannelCreationTimestamp: created.ChannelCreationTimestamp,
        ChannelDestinationType: 'S3',
        Streams: [{ StreamARN: source.StreamARN, StreamCreationTimestamp: source.StreamCreationTimestamp }],
      },
    ])
  })

  test('is updated, and deleted without an answer', async () => {
    const { ChannelDescription } = await api.ok('CreateChannel', toFiles(await onDemandStream()))
    const { ChannelARN } = ChannelDescription
    await failed(ChannelARN)
    const updated = await api.ok('UpdateChannel', {
      ChannelARN,
      S3DestinationConfiguration: { DataFreshnessInSeconds: 600 },
    })
    assert.equal(updated.ChannelDescription.ChannelStatus, 'UPDATING')
    assert.equal((await failed(ChannelARN)).S3DestinationConfiguration.DataFreshnessInSeconds, 600)
    const reply = await api.send(api.operation('DeleteChannel', { ChannelARN }))
    assert.deepEqual([reply.status, reply.text], [200, ''])
    const answer = await until(
      () => api.call('DescribeChannel', { ChannelARN }),
      ({ status }) => status !== 200,
    )
    assertError(answer, 'ResourceNotFoundException', `Channel ${ChannelARN} under account ${api.account} not found.`)
  })

  test('comes in pages of the list, once', async () => {
    const names: string[] = []
    for (let i = 0; i < 3; i++) {
      const input = toFiles(await onDemandStream())
      await api.ok('CreateChannel', input)
      names.push(input.ChannelName)
    }
    const seen: string[] = []
    for (let token: string | undefined = '-'; token !== undefined; ) {
      const page: Json = await api.ok('ListChannels', { MaxResults: 2, ...(token === '-' ? {} : { NextToken: token }) })
      seen.push(...page.ChannelSummaries.map(({ ChannelName }: Json) => ChannelName))
      token = page.NextToken
    }
    assert.deepEqual(seen, [...seen].sort())
    assert.deepEqual(seen.filter((name) => names.includes(name)).length, 3)
  })
})

suite('a channel is refused', () => {
  test('from a stream that is not there, that is provisioned, or of another account', async () => {
    const missing = freshName()
    assertError(await api.call('CreateChannel', toFiles(missing)), 'ResourceNotFoundException', streamNotFound(api, missing))
    const counted = await createStream(api, { ShardCount: 1 })
    assertError(
      await api.call('CreateChannel', toFiles(counted)),
      'ValidationException',
      `Request is invalid. Stream ${counted} under account ${api.account} is in Provisioned mode.`,
    )
    const StreamARN = api.arn(counted).replace(api.account, '999999999999')
    const foreign = toFiles(counted, {
      StreamConfigurationList: [{ StreamARN, RecordConfiguration: { RecordFormatType: 'JSON' } }],
    })
    assert.equal((await api.call('CreateChannel', foreign)).body.__type, 'AccessDeniedException')
  })

  test('where its name or its kind is taken', async () => {
    const stream = await onDemandStream()
    const input = toFiles(stream)
    await api.ok('CreateChannel', input)
    const taken = `Channel ${input.ChannelName} under account ${api.account} already exists.`
    assertError(await api.call('CreateChannel', input), 'ResourceInUseException', taken)
    const full = `Stream ${stream} under account ${api.account} has a channel with a destination of type S3 already. Limit: 1.`
    assertError(await api.call('CreateChannel', toFiles(stream)), 'LimitExceededException', full)
  })

  test('where its members do not go together', async () => {
    const stream = await onDemandStream()
    assertError(
      await api.call('CreateChannel', toFiles(stream, { S3DestinationConfiguration: undefined })),
      'InvalidArgumentException',
      'Exactly one of S3DestinationConfiguration and S3TablesDestinationConfiguration must be specified.',
    )
    const key = (KeyId: string) => toFiles(stream, { EncryptionConfiguration: { EncryptionType: 'KMS', KeyId } })
    const alias = `Alias arn:aws:kms:${api.region}:${api.account}:alias/mine is not found.`
    assertError(await api.call('CreateChannel', key('alias/mine')), 'KMSNotFoundException', alias)
    assertViolations(await api.call('CreateChannel', { ChannelName: '', StreamConfigurationList: [] }), [
      violation('channelName', "''", 'have length greater than or equal to 1'),
      violation('channelName', "''", 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+'),
      violation('serviceExecutionRoleARN', 'null', 'not be null'),
      violation('streamConfigurationList', "'[]'", 'have length greater than or equal to 1'),
    ])
  })

  test('to be updated while it is CREATING, or with what it does not have', async () => {
    const { ChannelDescription } = await api.ok('CreateChannel', toFiles(await onDemandStream()))
    const { ChannelARN, ChannelName } = ChannelDescription
    const update = (given: object) => api.call('UpdateChannel', { ChannelARN, ...given })
    const state = `Channel ${ChannelName} under account ${api.account} not ACTIVE, instead in state CREATING`
    const fresh = { S3DestinationConfiguration: { DataFreshnessInSeconds: 600 } }
    assertError(await update(fresh), 'ResourceInUseException', state)
    const tables = { S3TablesDestinationConfiguration: { DataFreshnessInSeconds: 600 } }
    const missing = `Channel ${ChannelName} has no S3TablesDestinationConfiguration.`
    assertError(await update(tables), 'InvalidArgumentException', missing)
  })

  test('to be found by an ARN of none, and to be listed by a token that nobody gave', async () => {
    const ChannelARN = `arn:aws:kinesis:${api.region}:${api.account}:channel/none`
    for (const operation of ['DescribeChannel', 'DeleteChannel']) {
      const message = `Channel ${ChannelARN} under account ${api.account} not found.`
      assertError(await api.call(operation, { ChannelARN }), 'ResourceNotFoundException', message)
    }
    assertError(await api.call('ListChannels', { NextToken: 'x' }), 'InvalidArgumentException', 'Invalid NextToken.')
    const foreign = ChannelARN.replace(api.account, '999999999999')
    assert.equal((await api.call('DescribeChannel', { ChannelARN: foreign })).body.__type, 'AccessDeniedException')
  })
})

test('a stream is not deleted before its channel has failed', async () => {
  const StreamName = await onDemandStream()
  const { ChannelDescription } = await api.ok('CreateChannel', toFiles(StreamName))
  assertError(
    await api.call('DeleteStream', { StreamName }),
    'ResourceInUseException',
    `DeleteStream can't delete ${api.arn(StreamName)} because there are channels associated with this data stream. Delete the channels first.`,
  )
  await failed(ChannelDescription.ChannelARN)
  await api.ok('DeleteStream', { StreamName })
})
