import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const hourMs = 3_600_000
const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders'

async function onStream(use: (plane: TestControlPlane) => Promise<void>, config = {}): Promise<void> {
  const plane = await TestControlPlane.start(postgres, { config })
  await plane.createActive({ StreamName: 'orders', ShardCount: 3 })
  await use(plane)
  await plane.service.stop()
}

type Mode = 'ON_DEMAND' | 'PROVISIONED'
const change = (plane: TestControlPlane, StreamMode: Mode, given = {}) =>
  plane.call('UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode }, ...given })
const summary = async (plane: TestControlPlane) =>
  (await plane.output('DescribeStreamSummary', { StreamName: 'orders' })).StreamDescriptionSummary
const state = async (plane: TestControlPlane) => {
  const { StreamStatus, StreamModeDetails, OpenShardCount } = await summary(plane)
  return [StreamStatus, StreamModeDetails?.StreamMode, OpenShardCount]
}
const commit = (plane: TestControlPlane) =>
  plane.output('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } })

test('a stream is switched there and back, UPDATING for a while each time, and keeps its shards', () =>
  onStream(async (plane) => {
    assert.ok((await change(plane, 'ON_DEMAND')).ok)
    assert.deepEqual(await state(plane), ['UPDATING', 'PROVISIONED', 3])
    assert.deepEqual(await change(plane, 'PROVISIONED'), {
      ok: false,
      error: { kind: 'StreamNotActive', stream: 'orders', account: '000000000000', state: 'UPDATING' },
    })
    await plane.settle()
    assert.deepEqual(await state(plane), ['ACTIVE', 'ON_DEMAND', 3])
    assert.equal(plane.updates.at(-1)?.streams[0]?.mode, 'ON_DEMAND')
    assert.ok((await change(plane, 'PROVISIONED')).ok)
    assert.deepEqual(await state(plane), ['UPDATING', 'ON_DEMAND', 3])
  }))

test('the mode that it has changes nothing and is not counted', () =>
  onStream(async (plane) => {
    for (let i = 0; i < 3; i++) assert.ok((await change(plane, 'PROVISIONED')).ok)
    assert.deepEqual(await state(plane), ['ACTIVE', 'PROVISIONED', 3])
  }))

test('twice in 24 hours, also across a restart, and again when the first is a day old', () =>
  onStream(async (plane) => {
    for (const mode of ['ON_DEMAND', 'PROVISIONED'] as const) {
      assert.ok((await change(plane, mode)).ok)
      await plane.settle()
      plane.clock.advance(hourMs)
    }
    const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
    const message = 'Rate exceeded for stream orders under account 000000000000.'
    assert.deepEqual(await change(again, 'ON_DEMAND'), { ok: false, error: { kind: 'LimitExceeded', message } })
    plane.clock.advance(22 * hourMs)
    assert.ok((await change(again, 'ON_DEMAND')).ok)
    await again.settle()
    assert.equal((await change(again, 'PROVISIONED')).ok, false, 'the second still counts')
    await again.service.stop()
  }))

test('an account may have so many on-demand streams, also by switching', () =>
  onStream(
    async (plane) => {
      await plane.createActive({ StreamName: 'other' })
      const message =
        'This request would exceed the on-demand stream limit for the account 000000000000 in us-east-1. Current on-demand stream ' +
        'count for the account: 1. Limit: 1.'
      assert.deepEqual(await change(plane, 'ON_DEMAND'), { ok: false, error: { kind: 'LimitExceeded', message } })
    },
    { onDemandStreamQuota: 1 },
  ))

test('a stream whose records are distributed by the service cannot be provisioned', () =>
  onStream(async (plane) => {
    await change(plane, 'ON_DEMAND')
    await plane.settle()
    await plane.output('UpdateStreamRecordDistributionStrategy', { StreamARN, RecordDistributionStrategy: 'AUTO' })
    const refused = await change(plane, 'PROVISIONED')
    assert.ok(!refused.ok && refused.error.kind === 'InvalidArgument')
    await plane.output('UpdateStreamRecordDistributionStrategy', { StreamARN, RecordDistributionStrategy: 'USER_PARTITION_KEY' })
    assert.ok((await change(plane, 'PROVISIONED')).ok)
  }))

test('warm throughput comes with the switch to on-demand and goes with the switch back', () =>
  onStream(async (plane) => {
    plane.service.bindDataPlane({ seal: async (_, shards) => shards.map(() => ({ kind: 'sealed', lastArrivalMs: 0 })) })
    await commit(plane)
    const refused = await change(plane, 'PROVISIONED', { WarmThroughputMiBps: 5 })
    assert.deepEqual(refused, {
      ok: false,
      error: { kind: 'ValidationFailed', message: 'Warm throughput is only supported for ON_DEMAND streams' },
    })
    assert.ok((await change(plane, 'ON_DEMAND', { WarmThroughputMiBps: 5 })).ok)
    assert.deepEqual((await summary(plane)).WarmThroughput, { TargetMiBps: 5, CurrentMiBps: 3 })
    while ((await summary(plane)).StreamStatus === 'UPDATING') {
      plane.clock.advance(2_000)
      await plane.service.advance()
    }
    assert.deepEqual(await state(plane), ['ACTIVE', 'ON_DEMAND', 5])
    assert.deepEqual((await summary(plane)).WarmThroughput, { TargetMiBps: 5, CurrentMiBps: 5 })
    assert.ok((await change(plane, 'PROVISIONED')).ok)
    await plane.settle()
    assert.deepEqual(await state(plane), ['ACTIVE', 'PROVISIONED', 5])
    assert.equal((await summary(plane)).WarmThroughput, undefined)
  }))

test('a stream that is not there is not found', () =>
  onStream(async (plane) => {
    const refused = await change(plane, 'ON_DEMAND', { StreamARN: `${StreamARN}s` })
    assert.deepEqual(refused, { ok: false, error: { kind: 'StreamNotFound', stream: 'orderss', account: '000000000000' } })
  }))
