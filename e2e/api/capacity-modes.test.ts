import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, assertViolations, violation } from './client/expect.js'
import { freshRegion, type Json, Kinesis, kinesis } from './client/kinesis.js'
import { active, createStream } from './client/streams.js'

const api = await kinesis()
/** An account commits itself in a region: one in which it does not, and one in which it does. */
const advantage = new Kinesis(api.endpoint, freshRegion())
await advantage.ok('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } })

const onDemand = { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }
const provisioned = { StreamModeDetails: { StreamMode: 'PROVISIONED' } }
const summary = async (kinesis: Kinesis, StreamName: string): Promise<Json> =>
  (await kinesis.ok('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary
const change = (kinesis: Kinesis, stream: string, input: object) =>
  kinesis.call('UpdateStreamMode', { StreamARN: kinesis.arn(stream), ...input })
const notCommitted = `Account ${api.account} is not enabled for minimum throughput billing commitment`

suite('the mode of a stream', () => {
  test('is switched there and back; the stream keeps its shards and takes records meanwhile', async () => {
    const name = await createStream(api, { ShardCount: 2 })
    for (const mode of [onDemand, provisioned]) {
      const answer = await change(api, name, mode)
      assert.deepEqual([answer.status, answer.body], [200, undefined])
      await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: 'AAAA' })
      const { StreamModeDetails, Shards } = await active(api, name)
      assert.deepEqual({ StreamModeDetails }, mode)
      assert.equal(Shards.length, 2)
    }
    assertError(
      await change(api, name, onDemand),
      'LimitExceededException',
      `Rate exceeded for stream ${name} under account ${api.account}.`,
    )
    assert.equal((await change(api, name, provisioned)).status, 200, 'the mode that it has')
    assert.equal((await summary(api, name)).StreamStatus, 'ACTIVE')
  })

  test('decides whether its shards are the client’s to split', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await change(api, name, onDemand)
    await active(api, name)
    const scale = () => api.call('UpdateShardCount', { StreamName: name, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' })
    assertError(await scale(), 'ValidationException', /is in On-Demand mode\.$/)
    await change(api, name, provisioned)
    await active(api, name)
    assert.equal((await scale()).status, 200)
  })

  test('is changed by the ARN alone, to one that there is', async () => {
    assertViolations(await api.call('UpdateStreamMode', onDemand), [violation('streamARN', 'null', 'not be null')])
    const unknown = { StreamARN: api.arn('a'), StreamModeDetails: { StreamMode: 'ADVANTAGE' } }
    assert.equal((await api.call('UpdateStreamMode', unknown)).body.__type, 'ValidationException')
  })
})

suite('the distribution of records', () => {
  const distribute = (stream: string, RecordDistributionStrategy: string) =>
    api.call('UpdateStreamRecordDistributionStrategy', { StreamARN: api.arn(stream), RecordDistributionStrategy })

  test('changes at once, and back', async () => {
    const name = await createStream(api, onDemand)
    const put = () => api.call('PutRecord', { StreamName: name, Data: 'AAAA' })
    assertViolations(await put(), [violation('partitionKey', 'null', 'not be null')])
    const answer = await distribute(name, 'AUTO')
    assert.deepEqual([answer.status, answer.body], [200, undefined])
    const { StreamStatus, RecordDistributionStrategy } = await summary(api, name)
    assert.deepEqual([StreamStatus, RecordDistributionStrategy], ['ACTIVE', 'AUTO'])
    assert.equal((await put()).status, 200)
    await distribute(name, 'USER_PARTITION_KEY')
    assertViolations(await put(), [violation('partitionKey', 'null', 'not be null')])
  })

  test('is the client’s where the stream is provisioned', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const message = `RecordDistributionStrategy=AUTO is only supported for on-demand streams. Stream ${name} is using PROVISIONED mode.`
    assertError(await distribute(name, 'AUTO'), 'InvalidArgumentException', message)
    assert.equal((await distribute(name, 'USER_PARTITION_KEY')).status, 200)
  })

  test('must be the client’s before the stream is provisioned', async () => {
    const name = await createStream(api, { ...onDemand, RecordDistributionStrategy: 'AUTO' })
    assertError(await change(api, name, provisioned), 'InvalidArgumentException', /AUTO/)
    await distribute(name, 'USER_PARTITION_KEY')
    assert.equal((await change(api, name, provisioned)).status, 200)
  })
})

suite('warm throughput', () => {
  const warm = (kinesis: Kinesis, StreamName: string, WarmThroughputMiBps: number) =>
    kinesis.call('UpdateStreamWarmThroughput', { StreamName, WarmThroughputMiBps })

  test('brings an on-demand stream the shards that carry it', async () => {
    const name = await createStream(advantage, onDemand)
    assert.deepEqual((await warm(advantage, name, 7)).body, {
      StreamARN: advantage.arn(name),
      StreamName: name,
      WarmThroughput: { TargetMiBps: 7, CurrentMiBps: 4 },
    })
    await active(advantage, name)
    const { OpenShardCount, WarmThroughput } = await summary(advantage, name)
    assert.deepEqual([OpenShardCount, WarmThroughput], [7, { TargetMiBps: 7, CurrentMiBps: 7 }])
    await warm(advantage, name, 0)
    await active(advantage, name)
    assert.equal('WarmThroughput' in (await summary(advantage, name)), false)
  })

  test('comes with the creation, or with the switch to on-demand', async () => {
    const created = await createStream(advantage, { ...onDemand, WarmThroughputMiBps: 6 })
    assert.equal((await summary(advantage, created)).OpenShardCount, 6)
    const name = await createStream(advantage, { ShardCount: 1 })
    assert.equal((await change(advantage, name, { ...onDemand, WarmThroughputMiBps: 2 })).status, 200)
    await active(advantage, name)
    assert.deepEqual((await summary(advantage, name)).WarmThroughput, { TargetMiBps: 2, CurrentMiBps: 2 })
    for (const stream of [created, name]) await warm(advantage, stream, 0)
  })

  test('is for accounts that have committed themselves, and for on-demand streams', async () => {
    const plain = await createStream(api, onDemand)
    assertError(await warm(api, plain, 5), 'ValidationException', notCommitted)
    const create = { StreamName: 'warm', ...onDemand, WarmThroughputMiBps: 5 }
    assertError(await api.call('CreateStream', create), 'ValidationException', notCommitted)
    const fixed = await createStream(advantage, { ShardCount: 1 })
    const message = 'Warm throughput is only supported for ON_DEMAND streams'
    assertError(await warm(advantage, fixed, 5), 'ValidationException', message)
    const input = { ...provisioned, WarmThroughputMiBps: 5 }
    assertError(await change(advantage, fixed, input), 'ValidationException', message)
  })

  test('is at most 10 GiB/s', async () => {
    const name = await createStream(advantage, onDemand)
    const message = 'Warm throughput cannot exceed 10240 MiBps'
    assertError(await warm(advantage, name, 10_241), 'LimitExceededException', message)
  })
})

suite('the settings of an account', () => {
  const describe = async (kinesis: Kinesis): Promise<Json> =>
    (await kinesis.ok('DescribeAccountSettings', {})).MinimumThroughputBillingCommitment
  const set = (kinesis: Kinesis, Status: string) =>
    kinesis.call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status } })

  test('are those of the region', async () => {
    assert.deepEqual(await describe(api), { Status: 'DISABLED' })
    assert.equal((await describe(advantage)).Status, 'ENABLED')
  })

  test('commit it for a day at the least', async () => {
    const region = new Kinesis(api.endpoint, freshRegion())
    const enabled: Json = (await set(region, 'ENABLED')).body.MinimumThroughputBillingCommitment
    assert.deepEqual(Object.keys(enabled).sort(), ['EarliestAllowedEndAt', 'StartedAt', 'Status'])
    assert.equal(Math.round(enabled.EarliestAllowedEndAt - enabled.StartedAt), 86_400)
    assert.ok(Math.abs(enabled.StartedAt - Date.now() / 1000) < 60)
    const disabled: Json = (await set(region, 'DISABLED')).body.MinimumThroughputBillingCommitment
    assert.deepEqual(disabled, { ...enabled, Status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END' })
    assert.deepEqual(await describe(region), disabled)
    assert.deepEqual((await set(region, 'ENABLED')).body.MinimumThroughputBillingCommitment, enabled)
  })

  test('stay while a stream has warm throughput', async () => {
    const region = new Kinesis(api.endpoint, freshRegion())
    await set(region, 'ENABLED')
    await createStream(region, { ...onDemand, WarmThroughputMiBps: 1 })
    assertError(await set(region, 'DISABLED'), 'InvalidArgumentException', /Remove the warm throughput first\.$/)
    assert.equal((await describe(region)).Status, 'ENABLED')
  })
})

suite('the limits of an account', () => {
  test('stand beside what it has in the region', async () => {
    const region = new Kinesis(api.endpoint, freshRegion())
    const limits = await region.ok('DescribeLimits', {})
    assert.deepEqual([limits.OpenShardCount, limits.OnDemandStreamCount, limits.ChannelCount], [0, 0, 0])
    await createStream(region, onDemand)
    await createStream(region, { ShardCount: 3 })
    assert.deepEqual(await region.ok('DescribeLimits', {}), { ...limits, OpenShardCount: 7, OnDemandStreamCount: 1 })
    const names = ['ShardLimit', 'OpenShardCount', 'OnDemandStreamCount', 'OnDemandStreamCountLimit']
    assert.deepEqual(Object.keys(limits).sort(), [...names, 'ChannelCount', 'ChannelCountLimit'].sort())
  })
})
