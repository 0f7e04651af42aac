import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { account } from './stream.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const StreamName = 'orders'

test('without a delay a stream is ACTIVE once it is created, after every change, and gone once it is deleted', async () => {
  const plane = await TestControlPlane.start(postgres, { config: { stateDelayMs: 0 } })
  await plane.output('CreateStream', { StreamName, ShardCount: 1 })
  await plane.output('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 48 })
  await plane.output('StartStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' })
  await plane.output('StopStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' })
  const { StreamDescription } = await plane.output('DescribeStream', { StreamName })
  assert.deepEqual([StreamDescription.StreamStatus, StreamDescription.RetentionPeriodHours], ['ACTIVE', 48])
  await plane.output('DeleteStream', { StreamName })
  assert.deepEqual(await plane.refusal('DescribeStream', { StreamName }), { kind: 'StreamNotFound', stream: StreamName, account })
  await plane.service.stop()
})

test('without a delay a consumer is ACTIVE once it is registered, and gone once it is deregistered', async () => {
  const plane = await TestControlPlane.start(postgres, { config: { stateDelayMs: 0 } })
  await plane.output('CreateStream', { StreamName, ShardCount: 1 })
  const { StreamARN } = (await plane.output('DescribeStream', { StreamName })).StreamDescription
  const { ConsumerARN } = (await plane.output('RegisterStreamConsumer', { StreamARN, ConsumerName: 'c' })).Consumer
  const { ConsumerDescription } = await plane.output('DescribeStreamConsumer', { ConsumerARN })
  assert.equal(ConsumerDescription.ConsumerStatus, 'ACTIVE')
  await plane.output('DeregisterStreamConsumer', { ConsumerARN })
  assert.deepEqual((await plane.output('ListStreamConsumers', { StreamARN })).Consumers, [])
  await plane.service.stop()
})
