import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { endpoint, endpointOf } from './client/endpoint.js'
import { assertError } from './client/expect.js'
import { type Answer, freshRegion, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { active, createStream, iterator } from './client/streams.js'

/** A server of its own, with limits on and some of them other than AWS's. */
const server =
  noServerOfOwn === false
    ? await Standalone.start({
        MILLRACE_LIMITS: 'on',
        MILLRACE_RETENTION_HOURS_MAX: '9000',
        MILLRACE_TAGS_PER_RESOURCE_MAX: '60',
        MILLRACE_MODE_CHANGES_PER_DAY_MAX: '3',
        MILLRACE_WARM_THROUGHPUT_MIBPS_MAX: '12',
        MILLRACE_CONSUMERS_PER_STREAM_MAX: '2',
        MILLRACE_ENCRYPTIONS_PER_DAY_MAX: '1',
        MILLRACE_SHARD_QUOTA: '70',
        MILLRACE_ON_DEMAND_STREAM_QUOTA: '2',
        MILLRACE_LIST_STREAMS_CALLS_PER_SECOND: '8',
        MILLRACE_DESCRIBE_STREAM_CALLS_PER_SECOND: '1000',
        MILLRACE_WRITE_RECORDS_PER_SHARD_PER_SECOND: '100000',
        MILLRACE_GET_CALLS_PER_SHARD_PER_SECOND: '2',
      })
    : undefined
after(() => server?.remove())
const at = server === undefined ? await endpoint() : endpointOf(server)
const region = () => new Kinesis(at, freshRegion())

/** How many of so many calls at once are answered; the others must be refused in AWS's words. */
async function answered(calls: (() => Promise<Answer>)[], message: string): Promise<number> {
  const answers = await Promise.all(calls.map((call) => call()))
  const refused = answers.filter(({ body }) => body?.__type === 'LimitExceededException')
  for (const answer of refused) assertError(answer, 'LimitExceededException', message)
  return answers.length - refused.length
}
const times = <T>(count: number, one: (i: number) => T): (() => T)[] => Array.from({ length: count }, (_, i) => () => one(i))

/** Calls in a second, and of what they are counted, as AWS has them. */
const rated: readonly (readonly [operation: string, perSecond: number, by: 'account' | 'stream'])[] = [
  ...['AddTagsToStream', 'DeleteStream', 'UpdateStreamWarmThroughput'].map((name) => [name, 5, 'account'] as const),
  ...['DescribeAccountSettings', 'UpdateAccountSettings'].map((name) => [name, 5, 'account'] as const),
  ...['GetResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy'].map((name) => [name, 5, 'account'] as const),
  ...['DescribeChannel', 'ListChannels', 'DeleteChannel'].map((name) => [name, 5, 'account'] as const),
  ['DescribeStreamSummary', 20, 'account'],
  ['UpdateShardCount', 10, 'account'],
  ...['IncreaseStreamRetentionPeriod', 'DecreaseStreamRetentionPeriod'].map((name) => [name, 5, 'stream'] as const),
  ...['EnableEnhancedMonitoring', 'DisableEnhancedMonitoring'].map((name) => [name, 5, 'stream'] as const),
  ...['ListTagsForStream', 'RemoveTagsFromStream', 'SplitShard', 'MergeShards'].map((name) => [name, 5, 'stream'] as const),
  ...['RegisterStreamConsumer', 'DeregisterStreamConsumer', 'ListStreamConsumers'].map((name) => [name, 5, 'stream'] as const),
  ['DescribeStreamConsumer', 20, 'stream'],
]

/** What the model lets pass: the rate stands before any look at the stream, which is not there. */
function inputFor(api: Kinesis, operation: string): object {
  if (operation === 'DescribeAccountSettings') return {}
  if (operation === 'UpdateAccountSettings') return { MinimumThroughputBillingCommitment: { Status: 'DISABLED' } }
  if (operation.endsWith('ResourcePolicy')) return { ResourceARN: api.arn('none'), Policy: '{}' }
  if (operation.endsWith('Channel')) return { ChannelARN: api.arn('none').replace('stream/', 'channel/') }
  if (operation === 'ListChannels') return {}
  return {
    StreamARN: api.arn('none'),
    ...{ Tags: { a: '' }, TagKeys: ['a'], RetentionPeriodHours: 24, ShardLevelMetrics: ['ALL'], WarmThroughputMiBps: 1 },
    ...{ TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' },
    ...{ ConsumerName: 'none', ShardToSplit: '0', NewStartingHashKey: '1', ShardToMerge: '0', AdjacentShardToMerge: '1' },
  }
}

suite('call rates', { skip: noServerOfOwn }, () => {
  test('are those of the account where AWS counts by account', async () => {
    const api = region()
    const message = `Rate exceeded for account ${api.account}.`
    const startMs = Date.now()
    const count = await answered(
      times(12, () => api.call('DescribeLimits', {})),
      message,
    )
    const seconds = (Date.now() - startMs) / 1000
    assert.ok(count >= 1 && count <= 1 + seconds + 1, `${count} calls in ${seconds} s`)
    assert.equal((await region().call('DescribeLimits', {})).status, 200, 'another region')
  })

  test('are those of the stream where AWS counts by stream', async () => {
    const api = region()
    const names = [await createStream(api, { ShardCount: 1 }), await createStream(api, { ShardCount: 1 })]
    for (const StreamName of names) {
      const startMs = Date.now()
      const message = `Rate exceeded for stream ${StreamName} under account ${api.account}.`
      const count = await answered(
        times(30, () => api.call('ListTagsForStream', { StreamName })),
        message,
      )
      const seconds = (Date.now() - startMs) / 1000
      assert.ok(count >= 5 && count <= 5 + seconds * 5 + 1, `${count} calls in ${seconds} s`)
    }
  })

  for (const [operation, perSecond, by] of rated) {
    test(`let ${operation} be called ${perSecond} times a second, by ${by}`, async () => {
      const api = region()
      const input = inputFor(api, operation)
      const whose = by === 'account' && !('StreamARN' in input) ? 'account' : 'stream none under account'
      const startMs = Date.now()
      const count = await answered(
        times(perSecond * 2 + 8, () => api.call(operation, input)),
        `Rate exceeded for ${whose} ${api.account}.`,
      )
      const seconds = (Date.now() - startMs) / 1000
      assert.ok(count >= perSecond && count <= perSecond * (1 + seconds) + 1, `${count} calls in ${seconds} s`)
    })
  }

  test('can be raised', async () => {
    const api = region()
    const startMs = Date.now()
    const count = await answered(
      times(40, () => api.call('ListStreams', {})),
      `Rate exceeded for account ${api.account}.`,
    )
    const seconds = (Date.now() - startMs) / 1000
    assert.ok(count >= 8 && count <= 8 + seconds * 8 + 1, `${count} calls in ${seconds} s`)
  })
})

suite('the throughput of a shard', { skip: noServerOfOwn }, () => {
  test('can be raised, and lowered', async () => {
    const api = region()
    const StreamName = await createStream(api, { ShardCount: 1 })
    const Records = Array.from({ length: 500 }, () => ({ PartitionKey: 'a', Data: 'AA==' }))
    const puts = await Promise.all(times(6, () => api.ok('PutRecords', { StreamName, Records })).map((put) => put()))
    assert.deepEqual(
      puts.map((answer) => answer.FailedRecordCount),
      [0, 0, 0, 0, 0, 0],
    )
    const ShardIterator = await iterator(api, StreamName)
    const startMs = Date.now()
    const gets = await Promise.all(times(10, () => api.call('GetRecords', { ShardIterator, Limit: 1 })).map((get) => get()))
    const seconds = (Date.now() - startMs) / 1000
    const count = gets.filter(({ status }) => status === 200).length
    assert.ok(count >= 2 && count <= 2 + seconds * 2 + 1, `${count} calls in ${seconds} s`)
  })
})

suite('quotas', { skip: noServerOfOwn }, () => {
  test('are shown as they were set', async () => {
    const limits = await region().ok('DescribeLimits', {})
    assert.deepEqual([limits.ShardLimit, limits.OnDemandStreamCountLimit, limits.ChannelCountLimit], [70, 2, 4])
  })

  test('of on-demand streams count those that are switched', async () => {
    const api = region()
    for (let i = 0; i < 2; i++) await createStream(api)
    const name = await createStream(api, { ShardCount: 1 })
    const message = `This request would exceed the on-demand stream limit for the account ${api.account} in ${api.region}. Current on-demand stream count for the account: 2. Limit: 2.`
    const input = { StreamARN: api.arn(name), StreamModeDetails: { StreamMode: 'ON_DEMAND' } }
    assertError(await api.call('UpdateStreamMode', input), 'LimitExceededException', message)
  })

  test('of a stream can be raised, and are enforced then', async () => {
    const api = region()
    const StreamName = await createStream(api, { ShardCount: 1 })
    const StreamARN = api.arn(StreamName)
    await api.ok('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 9000 })
    await active(api, StreamName)
    assertError(
      await api.call('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 9001 }),
      'InvalidArgumentException',
      'Maximum allowed retention period is 9000 hours. Requested retention period (9001 hours) is too long.',
    )
    const Tags = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, '']))
    await api.ok('AddTagsToStream', { StreamName, Tags })
    assert.equal((await api.ok('ListTagsForStream', { StreamName })).Tags.length, 60)
    assertError(
      await api.call('AddTagsToStream', { StreamName, Tags: { more: '' } }),
      'InvalidArgumentException',
      /more than 60 tags/,
    )
    for (let i = 0; i < 4; i++) {
      const StreamMode = i % 2 === 0 ? 'ON_DEMAND' : 'PROVISIONED'
      const answer = await api.call('UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode } })
      if (i < 3) assert.equal(answer.status, 200)
      else assert.equal(answer.body.__type, 'LimitExceededException')
      await active(api, StreamName)
    }
    for (let i = 0; i < 3; i++) {
      const answer = await api.call('RegisterStreamConsumer', { StreamARN, ConsumerName: `c${i}` })
      assert.equal(answer.status, i < 2 ? 200 : 400)
    }
  })

  test('of consumers and of starts of encryption are named where they refuse', async () => {
    const api = region()
    const StreamName = await createStream(api, { ShardCount: 1 })
    const StreamARN = api.arn(StreamName)
    for (const ConsumerName of ['a', 'b']) await api.ok('RegisterStreamConsumer', { StreamARN, ConsumerName })
    assertError(
      await api.call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'c' }),
      'LimitExceededException',
      `This request would exceed the limit on the number of consumers of stream ${StreamName} under account ${api.account}. Limit: 2.`,
    )
    const key = { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }
    await api.ok('StartStreamEncryption', key)
    await active(api, StreamName)
    await api.ok('StopStreamEncryption', key)
    await active(api, StreamName)
    assertError(
      await api.call('StartStreamEncryption', key),
      'LimitExceededException',
      `Encryption of stream ${StreamName} under account ${api.account} cannot be started more than 1 times in a rolling 24-hour period.`,
    )
  })
})
