import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders'

/** An on-demand stream of four shards in a committed account. */
async function onStream(use: (plane: TestControlPlane) => Promise<void>, config = {}): Promise<void> {
  const plane = await TestControlPlane.start(postgres, { config })
  plane.service.bindDataPlane({ seal: async (_, shards) => shards.map(() => ({ kind: 'sealed', lastArrivalMs: 0 })) })
  await plane.createActive({ StreamName: 'orders' })
  await plane.output('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } })
  await use(plane)
  await plane.service.stop()
}

const warm = (plane: TestControlPlane, WarmThroughputMiBps: number, StreamName = 'orders') =>
  plane.call('UpdateStreamWarmThroughput', { StreamName, WarmThroughputMiBps })
const summary = async (plane: TestControlPlane) =>
  (await plane.output('DescribeStreamSummary', { StreamName: 'orders' })).StreamDescriptionSummary
async function settled(plane: TestControlPlane) {
  while ((await summary(plane)).StreamStatus === 'UPDATING') {
    plane.clock.advance(2_000)
    await plane.service.advance()
  }
  const { OpenShardCount, WarmThroughput } = await summary(plane)
  return [OpenShardCount, WarmThroughput]
}

test('a stream gets the shards that carry its warm throughput, over even ranges, while it is UPDATING', () =>
  onStream(async (plane) => {
    const answer = await warm(plane, 11)
    assert.deepEqual(answer, {
      ok: true,
      value: { StreamARN, StreamName: 'orders', WarmThroughput: { TargetMiBps: 11, CurrentMiBps: 4 } },
    })
    assert.equal((await summary(plane)).StreamStatus, 'UPDATING')
    assert.deepEqual(await settled(plane), [11, { TargetMiBps: 11, CurrentMiBps: 11 }])
    const { Shards = [] } = await plane.output('ListShards', { StreamName: 'orders', ShardFilter: { Type: 'AT_LATEST' } })
    const starts = Shards.map(({ HashKeyRange }) => BigInt(HashKeyRange.StartingHashKey)).sort((a, b) => (a < b ? -1 : 1))
    assert.deepEqual(
      starts,
      Array.from({ length: 11 }, (_, i) => (2n ** 128n / 11n) * BigInt(i)),
    )
  }))

test('a stream that can take it has nothing to do, and gives no shards back', () =>
  onStream(async (plane) => {
    assert.ok((await warm(plane, 6)).ok)
    assert.deepEqual(await settled(plane), [6, { TargetMiBps: 6, CurrentMiBps: 6 }])
    assert.ok((await warm(plane, 2)).ok)
    assert.deepEqual(await settled(plane), [6, { TargetMiBps: 2, CurrentMiBps: 6 }])
    assert.ok((await warm(plane, 0)).ok)
    assert.deepEqual(await settled(plane), [6, undefined])
  }))

test('an account that is not committed has none', () =>
  onStream(async (plane) => {
    const scope = { region: 'eu-west-1' }
    await plane.output('CreateStream', { StreamName: 'orders' }, scope)
    await plane.settle()
    const message = 'Account 000000000000 is not enabled for minimum throughput billing commitment'
    const refused = { kind: 'ValidationFailed', message }
    const input = { StreamName: 'orders', WarmThroughputMiBps: 5 }
    assert.deepEqual(await plane.refusal('UpdateStreamWarmThroughput', input, scope), refused)
    assert.deepEqual(await plane.refusal('CreateStream', { ...input, StreamName: 'more' }, scope), refused)
  }))

test('a provisioned stream has none', () =>
  onStream(async (plane) => {
    await plane.createActive({ StreamName: 'provisioned', ShardCount: 1 })
    assert.deepEqual(await warm(plane, 5, 'provisioned'), {
      ok: false,
      error: { kind: 'ValidationFailed', message: 'Warm throughput is only supported for ON_DEMAND streams' },
    })
  }))

test('it is bounded, by its own maximum and by the account’s shards', () =>
  onStream(
    async (plane) => {
      assert.deepEqual(await warm(plane, 31), {
        ok: false,
        error: { kind: 'LimitExceeded', message: 'Warm throughput cannot exceed 30 MiBps' },
      })
      const refused = await warm(plane, 30)
      assert.ok(!refused.ok && refused.error.kind === 'LimitExceeded')
      assert.match(refused.error.message, /Limit: 20\. Number of additional shards .*: 26\./)
      assert.ok((await warm(plane, 20)).ok)
    },
    { warmThroughputMibpsMax: 30, shardQuota: 20 },
  ))
