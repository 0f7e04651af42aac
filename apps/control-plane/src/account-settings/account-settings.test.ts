import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const dayMs = 86_400_000
const set = (plane: TestControlPlane, Status: 'ENABLED' | 'DISABLED') =>
  plane.call('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status } })

test('a commitment is of an account in a region, and survives a restart', async () => {
  const plane = await TestControlPlane.start(postgres)
  const describe = (on: TestControlPlane, scope = {}) => on.output('DescribeAccountSettings', {}, scope)
  assert.deepEqual(await describe(plane), { MinimumThroughputBillingCommitment: { Status: 'DISABLED' } })
  const nowMs = plane.clock.nowMs()
  const enabled = {
    MinimumThroughputBillingCommitment: {
      Status: 'ENABLED',
      StartedAt: new Date(nowMs),
      EarliestAllowedEndAt: new Date(nowMs + dayMs),
    },
  }
  assert.deepEqual(await set(plane, 'ENABLED'), { ok: true, value: enabled })
  const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
  assert.deepEqual(await describe(again), enabled)
  for (const scope of [{ region: 'eu-west-1' }, { account: '111111111111' }]) {
    assert.deepEqual(await describe(again, scope), { MinimumThroughputBillingCommitment: { Status: 'DISABLED' } })
  }
  await again.service.stop()
  await plane.service.stop()
})

test('what was never enabled can be disabled, and changes nothing', async () => {
  const plane = await TestControlPlane.start(postgres)
  const disabled = { MinimumThroughputBillingCommitment: { Status: 'DISABLED' } }
  assert.deepEqual(await set(plane, 'DISABLED'), { ok: true, value: disabled })
  await plane.service.stop()
})

test('warm throughput must be gone before the commitment is given up', async () => {
  const plane = await TestControlPlane.start(postgres)
  await set(plane, 'ENABLED')
  await plane.createActive({ StreamName: 'orders', WarmThroughputMiBps: 4 })
  const refused = await set(plane, 'DISABLED')
  assert.ok(!refused.ok && refused.error.kind === 'InvalidArgument')
  await plane.output('UpdateStreamWarmThroughput', { StreamName: 'orders', WarmThroughputMiBps: 0 })
  const answer = await set(plane, 'DISABLED')
  assert.ok(answer.ok)
  const { MinimumThroughputBillingCommitment } = answer.value
  assert.equal(MinimumThroughputBillingCommitment?.Status, 'ENABLED_UNTIL_EARLIEST_ALLOWED_END')
  plane.clock.advance(dayMs)
  const { MinimumThroughputBillingCommitment: later } = await plane.output('DescribeAccountSettings', {})
  assert.equal(later?.Status, 'DISABLED')
  await plane.service.stop()
})

test('an on-demand stream of a committed account may have fifty consumers, any other twenty', async () => {
  const plane = await TestControlPlane.start(postgres, { config: { creatingConsumersMax: 100 } })
  await plane.createActive({ StreamName: 'on-demand' })
  await plane.createActive({ StreamName: 'provisioned', ShardCount: 1 })
  const fill = async (stream: string) => {
    const StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`
    for (let count = (await plane.output('ListStreamConsumers', { StreamARN })).Consumers?.length ?? 0; ; count++) {
      const answer = await plane.call('RegisterStreamConsumer', { StreamARN, ConsumerName: `c${count}` })
      if (!answer.ok) return [count, answer.error.kind]
    }
  }
  assert.deepEqual(await fill('on-demand'), [20, 'LimitExceeded'])
  await set(plane, 'ENABLED')
  assert.deepEqual(await fill('on-demand'), [50, 'LimitExceeded'])
  assert.deepEqual(await fill('provisioned'), [20, 'LimitExceeded'])
  await plane.service.stop()
})
