import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { KinesisOperations } from '@millrace/aws-models'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

type Name = 'EnableEnhancedMonitoring' | 'DisableEnhancedMonitoring'
type Metrics = KinesisOperations[Name]['input']['ShardLevelMetrics']

async function onStream(use: (plane: TestControlPlane) => Promise<void>): Promise<void> {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'orders', ShardCount: 1 })
  await use(plane)
  await plane.service.stop()
}

/** Changes metrics and lets the change end: before, after. */
async function change(plane: TestControlPlane, operation: Name, metrics: Metrics) {
  const answer = await plane.output(operation, { StreamName: 'orders', ShardLevelMetrics: metrics })
  assert.equal(answer.StreamName, 'orders')
  assert.equal(answer.StreamARN, 'arn:aws:kinesis:us-east-1:000000000000:stream/orders')
  await plane.settle()
  return [answer.CurrentShardLevelMetrics, answer.DesiredShardLevelMetrics]
}

const all = [
  'IncomingBytes',
  'OutgoingRecords',
  'IteratorAgeMilliseconds',
  'IncomingRecords',
  'ReadProvisionedThroughputExceeded',
  'WriteProvisionedThroughputExceeded',
  'OutgoingBytes',
]

test('metrics are added to those that are on, and taken from them', () =>
  onStream(async (plane) => {
    const one = ['OutgoingBytes']
    const two = ['IncomingBytes', 'OutgoingBytes']
    assert.deepEqual(await change(plane, 'EnableEnhancedMonitoring', ['OutgoingBytes']), [[], one])
    assert.deepEqual(await change(plane, 'EnableEnhancedMonitoring', ['IncomingBytes', 'OutgoingBytes']), [one, two])
    assert.deepEqual(await change(plane, 'DisableEnhancedMonitoring', ['IncomingBytes', 'IncomingRecords']), [two, one])
    const { StreamDescription } = await plane.output('DescribeStream', { StreamName: 'orders' })
    assert.deepEqual(StreamDescription.EnhancedMonitoring, [{ ShardLevelMetrics: one }])
    assert.deepEqual(plane.updates.at(-1)?.streams[0]?.shardLevelMetrics, one)
  }))

test('ALL stands for all seven, beside others too', () =>
  onStream(async (plane) => {
    assert.deepEqual(await change(plane, 'EnableEnhancedMonitoring', ['IncomingBytes', 'ALL']), [[], all])
    assert.deepEqual(await change(plane, 'DisableEnhancedMonitoring', ['ALL']), [all, []])
  }))

test('the stream is UPDATING for a while where something changes, and only there', () =>
  onStream(async (plane) => {
    const status = async () => (await plane.output('DescribeStream', { StreamName: 'orders' })).StreamDescription.StreamStatus
    const input = { StreamName: 'orders', ShardLevelMetrics: ['IncomingBytes'] satisfies Metrics }
    await plane.output('DisableEnhancedMonitoring', input)
    assert.equal(await status(), 'ACTIVE')
    await plane.output('EnableEnhancedMonitoring', input)
    assert.equal(await status(), 'UPDATING')
    assert.equal((await plane.refusal('DisableEnhancedMonitoring', input)).kind, 'StreamNotActive')
    await plane.settle()
    assert.equal(await status(), 'ACTIVE')
  }))
