import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseSequenceNumber } from '@millrace/streams'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { account } from '../stream/stream.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

async function onPlane(use: (plane: TestControlPlane) => Promise<void>, config = {}): Promise<void> {
  const plane = await TestControlPlane.start(postgres, { config })
  await use(plane)
  await plane.service.stop()
}

const summaryOf = async (plane: TestControlPlane, StreamName: string) =>
  (await plane.output('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary

test('a number of shards alone makes a provisioned stream, neither number nor mode an on-demand one of four shards', () =>
  onPlane(async (plane) => {
    await plane.createActive({ StreamName: 'counted', ShardCount: 2 })
    await plane.createActive({ StreamName: 'plain' })
    await plane.createActive({ StreamName: 'on-demand', StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
    const seen = []
    for (const name of ['counted', 'plain', 'on-demand']) {
      const { StreamModeDetails, OpenShardCount } = await summaryOf(plane, name)
      seen.push([StreamModeDetails?.StreamMode, OpenShardCount])
    }
    assert.deepEqual(seen, [
      ['PROVISIONED', 2],
      ['ON_DEMAND', 4],
      ['ON_DEMAND', 4],
    ])
  }))

test('everything that the model lets a stream be given is stored and survives a restart', () =>
  onPlane(async (plane) => {
    await plane.output('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } })
    await plane.createActive({
      StreamName: 'full',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      Tags: { team: 'a b', __proto__x: '', ключ: 'значение' },
      WarmThroughputMiBps: 6,
      MaxRecordSizeInKiB: 10_240,
      RecordDistributionStrategy: 'AUTO',
    })
    const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
    const summary = await summaryOf(again, 'full')
    assert.deepEqual(summary, await summaryOf(plane, 'full'))
    assert.equal(summary.OpenShardCount, 6)
    assert.deepEqual(summary.WarmThroughput, { TargetMiBps: 6, CurrentMiBps: 6 })
    const [entry] = again.updates[0].streams
    assert.deepEqual([entry.maxRecordBytes, entry.recordDistribution, entry.mode], [10 * 1024 * 1024, 'AUTO', 'ON_DEMAND'])
    await again.service.stop()
  }))

test('the first sequence numbers lie a few seconds before the creation, one step apart', () =>
  onPlane(async (plane) => {
    await plane.createActive({ StreamName: 'orders', ShardCount: 3 })
    const { StreamDescription } = await plane.output('DescribeStream', { StreamName: 'orders' })
    const starts = StreamDescription.Shards.map((shard) => shard.SequenceNumberRange.StartingSequenceNumber)
    const step = 22300745198530623141535718272648361505980432n
    assert.equal(BigInt(starts[1]) - BigInt(starts[0]), step)
    assert.equal(BigInt(starts[2]) - BigInt(starts[1]), step)
    const seconds =
      StreamDescription.StreamCreationTimestamp.getTime() / 1000 - (parseSequenceNumber(starts[0])?.creationSecond ?? 0)
    assert.ok(seconds > 2 && seconds < 7, `${seconds} s`)
  }))

test('a name that is taken is refused, and free in another region', () =>
  onPlane(async (plane) => {
    const input = { StreamName: 'orders', ShardCount: 1 }
    const taken = { kind: 'StreamAlreadyExists', stream: 'orders', account }
    await plane.output('CreateStream', input)
    assert.deepEqual(await plane.refusal('CreateStream', input), taken)
    await plane.settle()
    assert.deepEqual(await plane.refusal('CreateStream', input), taken)
    await plane.output('CreateStream', input, { region: 'eu-west-1' })
  }))

test('many that ask for one name at once get one stream', () =>
  onPlane(async (plane) => {
    const asked = Array.from({ length: 20 }, () => plane.call('CreateStream', { StreamName: 'orders', ShardCount: 1 }))
    const answers = await Promise.all(asked)
    assert.equal(answers.filter((answer) => answer.ok).length, 1)
  }))

test('at most five streams are CREATING in an account and region', () =>
  onPlane(async (plane) => {
    for (let i = 0; i < 5; i++) await plane.output('CreateStream', { StreamName: `s${i}`, ShardCount: 1 })
    assert.deepEqual(await plane.refusal('CreateStream', { StreamName: 's5', ShardCount: 1 }), {
      kind: 'LimitExceeded',
      message:
        'This request would have exceed the limit on the number of streams that can simultaneously be in CREATING or DELETING for ' +
        'the account 000000000000. Limit: 5.',
    })
    await plane.output('CreateStream', { StreamName: 's5', ShardCount: 1 }, { region: 'eu-west-1' })
    await plane.settle()
    await plane.output('CreateStream', { StreamName: 's5', ShardCount: 1 })
  }))

test('an account has so many shards in a region and no more', () =>
  onPlane(
    async (plane) => {
      await plane.createActive({ StreamName: 'orders', ShardCount: 3 })
      const refused = (additional: number) => ({
        kind: 'LimitExceeded',
        message:
          'This request would exceed the shard limit for the account 000000000000 in us-east-1. Current shard count for the ' +
          `account: 3. Limit: 10. Number of additional shards that would have resulted from this request: ${additional}. Refer to ` +
          'the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits ' +
          'and how to request higher limits.',
      })
      assert.deepEqual(await plane.refusal('CreateStream', { StreamName: 'more', ShardCount: 8 }), refused(8))
      assert.deepEqual(
        await plane.refusal('CreateStream', { StreamName: 'more', ShardCount: 2_147_483_647 }),
        refused(2_147_483_647),
      )
      await plane.output('UpdateAccountSettings', { MinimumThroughputBillingCommitment: { Status: 'ENABLED' } })
      assert.deepEqual(await plane.refusal('CreateStream', { StreamName: 'more', WarmThroughputMiBps: 8 }), refused(8))
      await plane.createActive({ StreamName: 'more', ShardCount: 7 })
    },
    { shardQuota: 10 },
  ))

test('an account has so many on-demand streams in a region and no more', () =>
  onPlane(
    async (plane) => {
      for (const name of ['a', 'b', 'c']) await plane.output('CreateStream', { StreamName: name })
      assert.deepEqual(await plane.refusal('CreateStream', { StreamName: 'd' }), {
        kind: 'LimitExceeded',
        message:
          'This request would exceed the on-demand stream limit for the account 000000000000 in us-east-1. Current on-demand ' +
          'stream count for the account: 3. Limit: 3.',
      })
      await plane.output('CreateStream', { StreamName: 'd', ShardCount: 1 })
    },
    { onDemandStreamQuota: 3 },
  ))

test('members that do not go together are refused', () =>
  onPlane(async (plane) => {
    const provisioned = { StreamName: 'a', StreamModeDetails: { StreamMode: 'PROVISIONED' } } as const
    const onDemand = { StreamName: 'a', StreamModeDetails: { StreamMode: 'ON_DEMAND' } } as const
    const cases = [
      [provisioned, 'ShardCount is expected when StreamMode=PROVISIONED'],
      [{ ...onDemand, ShardCount: 1 }, 'ShardCount cannot be set while creating stream in On-Demand StreamMode'],
      [
        { ...provisioned, WarmThroughputMiBps: 1 },
        'WarmThroughputMiBps cannot be set while creating stream in Provisioned StreamMode',
      ],
      [
        { StreamName: 'a', ShardCount: 1, WarmThroughputMiBps: 1 },
        "Either 'warmThroughputMiBps' or 'shardCount' can be set but not both",
      ],
      [
        { StreamName: 'a', ShardCount: 1, RecordDistributionStrategy: 'AUTO' },
        'RecordDistributionStrategy AUTO is not supported when StreamMode=PROVISIONED',
      ],
    ] as const
    for (const [input, message] of cases) {
      assert.deepEqual(await plane.refusal('CreateStream', input), { kind: 'InvalidArgument', message })
    }
  }))
