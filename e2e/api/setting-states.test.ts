import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { endpoint, endpointOf } from './client/endpoint.js'
import { assertError, streamNotFound } from './client/expect.js'
import { freshRegion, type Json, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { active, create, createStream, freshName } from './client/streams.js'

/** A server of its own, whose states last long enough to be seen on a busy machine. */
const server = noServerOfOwn === false ? await Standalone.start({ MILLRACE_STATE_DELAY_MS: '4000' }) : undefined
after(() => server?.remove())
const api = new Kinesis(server === undefined ? await endpoint() : endpointOf(server), freshRegion())

const onDemand = { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }
const summary = async (StreamName: string): Promise<Json> =>
  (await api.ok('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary
const notActive = (stream: string, state: string) =>
  `Stream ${stream} under account ${api.account} not ACTIVE, instead in state ${state}`

type Change = readonly [operation: string, input: (stream: string) => object, shown: object, stream?: Record<string, unknown>]

/** Every operation that changes a setting, with an input that changes it, and what descriptions show when the stream is ACTIVE again. */
const changes: readonly Change[] = [
  ['IncreaseStreamRetentionPeriod', (StreamName) => ({ StreamName, RetentionPeriodHours: 100 }), { RetentionPeriodHours: 100 }],
  [
    'EnableEnhancedMonitoring',
    (StreamName) => ({ StreamName, ShardLevelMetrics: ['IncomingBytes'] }),
    { EnhancedMonitoring: [{ ShardLevelMetrics: ['IncomingBytes'] }] },
  ],
  ['UpdateMaxRecordSize', (stream) => ({ StreamARN: api.arn(stream), MaxRecordSizeInKiB: 2048 }), { MaxRecordSizeInKiB: 2048 }],
  ['UpdateStreamMode', (stream) => ({ StreamARN: api.arn(stream), ...onDemand }), onDemand],
  [
    'UpdateStreamWarmThroughput',
    (StreamName) => ({ StreamName, WarmThroughputMiBps: 3 }),
    { WarmThroughput: { TargetMiBps: 3, CurrentMiBps: 4 } },
    onDemand,
  ],
]

/** What is refused in the same states, and leaves none behind. */
const unchanged: readonly (readonly [operation: string, input: (stream: string) => object])[] = [
  ['DecreaseStreamRetentionPeriod', (StreamName) => ({ StreamName, RetentionPeriodHours: 24 })],
  ['DisableEnhancedMonitoring', (StreamName) => ({ StreamName, ShardLevelMetrics: ['ALL'] })],
  [
    'UpdateStreamRecordDistributionStrategy',
    (stream) => ({ StreamARN: api.arn(stream), RecordDistributionStrategy: 'USER_PARTITION_KEY' }),
  ],
]

suite('a setting is not changed', { skip: noServerOfOwn }, () => {
  for (const [operation, input] of [...changes, ...unchanged]) {
    test(`by ${operation} of a stream that is not there, is CREATING or is DELETING`, async () => {
      assertError(await api.call(operation, input('none')), 'ResourceNotFoundException', streamNotFound(api, 'none'))
      const name = freshName()
      await create(api, { StreamName: name, ShardCount: 1 })
      assertError(await api.call(operation, input(name)), 'ResourceInUseException', notActive(name, 'CREATING'))
      await api.ok('DeleteStream', { StreamName: name })
      assertError(await api.call(operation, input(name)), 'ResourceInUseException', notActive(name, 'DELETING'))
    })
  }
})

suite('the tags of a stream', { skip: noServerOfOwn }, () => {
  test('are shown, and no others are taken, while it is CREATING or DELETING', async () => {
    const StreamName = freshName()
    const ResourceARN = api.arn(StreamName)
    await create(api, { StreamName, ShardCount: 1, Tags: { a: '1' } })
    const refused = async (state: string) => {
      const error = ['ResourceInUseException', notActive(StreamName, state)] as const
      assertError(await api.call('AddTagsToStream', { StreamName, Tags: { b: '' } }), ...error)
      assertError(await api.call('TagResource', { ResourceARN, Tags: { b: '' } }), ...error)
      assertError(await api.call('RemoveTagsFromStream', { StreamName, TagKeys: ['a'] }), ...error)
      assertError(await api.call('UntagResource', { ResourceARN, TagKeys: ['a'] }), ...error)
      const Tags = [{ Key: 'a', Value: '1' }]
      assert.deepEqual(await api.ok('ListTagsForStream', { StreamName }), { Tags, HasMoreTags: false })
      assert.deepEqual(await api.ok('ListTagsForResource', { ResourceARN }), { Tags })
    }
    await refused('CREATING')
    await api.ok('DeleteStream', { StreamName })
    await refused('DELETING')
  })
})

suite('a setting that has changed', { skip: noServerOfOwn }, async () => {
  await api.ok('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } })
  const streams = await Promise.all(changes.map(([, , , stream]) => createStream(api, stream ?? { ShardCount: 1 })))
  for (const [i, [operation, input, shown]] of changes.entries()) {
    test(`by ${operation} is shown when the stream is not UPDATING any more, which takes no other change meanwhile`, async () => {
      const name = streams[i] ?? ''
      const before = await summary(name)
      await api.ok(operation, input(name))
      const { StreamStatus, ...rest } = await summary(name)
      assert.equal(StreamStatus, 'UPDATING')
      const { WarmThroughput, ...others } = rest
      assert.deepEqual({ ...others, StreamStatus: 'ACTIVE' }, before)
      for (const [other, change] of [...changes, ...unchanged]) {
        assertError(await api.call(other, change(name)), 'ResourceInUseException', notActive(name, 'UPDATING'))
      }
      await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: 'AAAA' })
      await api.ok('AddTagsToStream', { StreamName: name, Tags: { a: '' } })
      await active(api, name)
      const after = await summary(name)
      for (const [member, value] of Object.entries(shown)) assert.deepEqual(after[member], value)
    })
  }
})
