import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

type Name = 'IncreaseStreamRetentionPeriod' | 'DecreaseStreamRetentionPeriod'

async function onStream(use: (plane: TestControlPlane) => Promise<void>, config = {}): Promise<void> {
  const plane = await TestControlPlane.start(postgres, { config })
  await plane.createActive({ StreamName: 'orders', ShardCount: 1 })
  await use(plane)
  await plane.service.stop()
}

const described = async (plane: TestControlPlane) => {
  const { StreamDescription } = await plane.output('DescribeStream', { StreamName: 'orders' })
  return [StreamDescription.StreamStatus, StreamDescription.RetentionPeriodHours]
}
const change = (plane: TestControlPlane, operation: Name, hours: number) =>
  plane.call(operation, { StreamName: 'orders', RetentionPeriodHours: hours })
const refused = (message: string) => ({ ok: false, error: { kind: 'InvalidArgument', message } })

test('a new period counts at once, the nodes are told, and it is shown when the stream is not UPDATING any more', () =>
  onStream(async (plane) => {
    assert.ok((await change(plane, 'IncreaseStreamRetentionPeriod', 48)).ok)
    assert.deepEqual(await described(plane), ['UPDATING', 24])
    assert.equal(plane.updates.at(-1)?.streams[0]?.retentionHours, 48)
    await plane.settle()
    assert.deepEqual(await described(plane), ['ACTIVE', 48])
    assert.ok((await change(plane, 'DecreaseStreamRetentionPeriod', 24)).ok)
    assert.deepEqual(await described(plane), ['UPDATING', 48])
  }))

test('the period that is in force changes nothing, whichever operation names it', () =>
  onStream(async (plane) => {
    assert.ok((await change(plane, 'IncreaseStreamRetentionPeriod', 24)).ok)
    assert.ok((await change(plane, 'DecreaseStreamRetentionPeriod', 24)).ok)
    assert.deepEqual(await described(plane), ['ACTIVE', 24])
  }))

test('a period out of bounds is refused by both', () =>
  onStream(async (plane) => {
    for (const operation of ['IncreaseStreamRetentionPeriod', 'DecreaseStreamRetentionPeriod'] as const) {
      assert.deepEqual(
        await change(plane, operation, 23),
        refused('Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.'),
      )
      assert.deepEqual(
        await change(plane, operation, 8761),
        refused('Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.'),
      )
    }
    assert.ok((await change(plane, 'IncreaseStreamRetentionPeriod', 8760)).ok)
  }))

test('the maximum can be raised', () =>
  onStream(
    async (plane) => {
      assert.ok((await change(plane, 'IncreaseStreamRetentionPeriod', 10_000)).ok)
      assert.equal((await change(plane, 'IncreaseStreamRetentionPeriod', 10_001)).ok, false)
    },
    { retentionHoursMax: 10_000 },
  ))

test('each refuses what the other is for', () =>
  onStream(async (plane) => {
    await change(plane, 'IncreaseStreamRetentionPeriod', 48)
    await plane.settle()
    assert.deepEqual(
      await change(plane, 'IncreaseStreamRetentionPeriod', 47),
      refused(
        'Requested retention period (47 hours) for stream orders can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.',
      ),
    )
    assert.deepEqual(
      await change(plane, 'DecreaseStreamRetentionPeriod', 49),
      refused(
        'Requested retention period (49 hours) for stream orders can not be longer than existing retention period (48 hours). Use IncreaseRetentionPeriod API.',
      ),
    )
    assert.deepEqual(await described(plane), ['ACTIVE', 48])
  }))

test('only an ACTIVE stream takes it', () =>
  onStream(async (plane) => {
    await change(plane, 'IncreaseStreamRetentionPeriod', 48)
    const { error } = (await change(plane, 'IncreaseStreamRetentionPeriod', 72)) as { error: { kind: string; state?: string } }
    assert.deepEqual([error.kind, error.state], ['StreamNotActive', 'UPDATING'])
    const missing = await plane.refusal('DecreaseStreamRetentionPeriod', { StreamName: 'none', RetentionPeriodHours: 24 })
    assert.equal(missing.kind, 'StreamNotFound')
  }))
