import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const arn = (name: string) => `arn:aws:kinesis:us-east-1:000000000000:stream/${name}`

async function onStreams(use: (plane: TestControlPlane) => Promise<void>): Promise<void> {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'provisioned', ShardCount: 1 })
  await plane.createActive({ StreamName: 'on-demand' })
  await use(plane)
  await plane.service.stop()
}

const summary = async (plane: TestControlPlane, StreamName: string) =>
  (await plane.output('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary

test('another record size counts at once, the nodes are told, and it is shown when the stream is not UPDATING any more', () =>
  onStreams(async (plane) => {
    const state = async () => {
      const { StreamStatus, MaxRecordSizeInKiB } = await summary(plane, 'provisioned')
      return [StreamStatus, MaxRecordSizeInKiB]
    }
    const input = { StreamARN: arn('provisioned'), MaxRecordSizeInKiB: 10_240 }
    assert.equal(await plane.output('UpdateMaxRecordSize', input), undefined)
    assert.deepEqual(await state(), ['UPDATING', 1024])
    assert.equal(plane.updates.at(-1)?.streams[0]?.maxRecordBytes, 10 * 1024 * 1024)
    assert.equal((await plane.refusal('UpdateMaxRecordSize', input)).kind, 'StreamNotActive')
    await plane.settle()
    assert.deepEqual(await state(), ['ACTIVE', 10_240])
    await plane.output('UpdateMaxRecordSize', input)
    assert.deepEqual(await state(), ['ACTIVE', 10_240], 'the size that it has changes nothing')
    await plane.output('UpdateMaxRecordSize', { ...input, MaxRecordSizeInKiB: 1024 })
    assert.deepEqual(await state(), ['UPDATING', 10_240])
  }))

test('the record size of a stream is changed by its ARN alone', () =>
  onStreams(async (plane) => {
    assert.deepEqual(await plane.refusal('UpdateMaxRecordSize', { MaxRecordSizeInKiB: 2048 }), {
      kind: 'ValidationFailed',
      message: "1 validation error detected: Value null at 'streamARN' failed to satisfy constraint: Member must not be null",
    })
    const missing = await plane.refusal('UpdateMaxRecordSize', { StreamARN: arn('none'), MaxRecordSizeInKiB: 2048 })
    assert.equal(missing.kind, 'StreamNotFound')
  }))

test('the distribution of records changes at once, and back', () =>
  onStreams(async (plane) => {
    for (const RecordDistributionStrategy of ['AUTO', 'AUTO', 'USER_PARTITION_KEY'] as const) {
      const input = { StreamARN: arn('on-demand'), RecordDistributionStrategy }
      assert.equal(await plane.output('UpdateStreamRecordDistributionStrategy', input), undefined)
      const { StreamStatus, RecordDistributionStrategy: shown } = await summary(plane, 'on-demand')
      assert.deepEqual([StreamStatus, shown], ['ACTIVE', RecordDistributionStrategy])
      const entry = plane.updates.at(-1)?.streams[0]
      assert.equal(entry?.recordDistribution, RecordDistributionStrategy === 'AUTO' ? 'AUTO' : 'PARTITION_KEY')
    }
  }))

test('a provisioned stream is refused AUTO', () =>
  onStreams(async (plane) => {
    const StreamARN = arn('provisioned')
    const message =
      'RecordDistributionStrategy=AUTO is only supported for on-demand streams. Stream provisioned is using PROVISIONED mode.'
    const input = { StreamARN, RecordDistributionStrategy: 'AUTO' as const }
    const refused = await plane.refusal('UpdateStreamRecordDistributionStrategy', input)
    assert.deepEqual(refused, { kind: 'InvalidArgument', message })
    await plane.output('UpdateStreamRecordDistributionStrategy', { StreamARN, RecordDistributionStrategy: 'USER_PARTITION_KEY' })
  }))

test('the distribution of records is not changed while the stream is not ACTIVE', () =>
  onStreams(async (plane) => {
    await plane.output('IncreaseStreamRetentionPeriod', { StreamName: 'on-demand', RetentionPeriodHours: 48 })
    const input = { StreamARN: arn('on-demand'), RecordDistributionStrategy: 'AUTO' as const }
    const refused = await plane.refusal('UpdateStreamRecordDistributionStrategy', input)
    assert.deepEqual(refused, { kind: 'StreamNotActive', stream: 'on-demand', account: '000000000000', state: 'UPDATING' })
  }))
