import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DescribeStreamInput } from '@millrace/aws-models'
import { shardIdOf } from '@millrace/model'
import { startingSequenceNumber } from '@millrace/streams'
import { callOf, createdMs, directoryOf, shard, stream } from '../stream/stream.fixture.js'
import { DescribeStream } from './describe-stream.js'

const clock = { nowMs: () => createdMs + 1_500 }
const many = stream('many', { shards: Array.from({ length: 250 }, (_, i) => shard(i)), createdMs: createdMs + 789 })
const operation = new DescribeStream(directoryOf(many, stream('new', { status: 'CREATING' })), clock)
const ask = (input: DescribeStreamInput) => operation.handle(callOf('DescribeStream', input))

function describe(input: DescribeStreamInput) {
  const answer = ask(input)
  assert.ok(answer.ok)
  return answer.value.StreamDescription
}

test('shows at most 100 shards, and how to go on', () => {
  const seen: string[] = []
  let after: string | undefined
  for (const [expected, hasMore] of [
    [100, true],
    [100, true],
    [50, false],
  ] as const) {
    const page = describe({ StreamName: 'many', Limit: 10_000, ...(after ? { ExclusiveStartShardId: after } : {}) })
    assert.equal(page.Shards.length, expected)
    assert.equal(page.HasMoreShards, hasMore)
    after = page.Shards.at(-1)?.ShardId
    seen.push(...page.Shards.map((shown) => shown.ShardId))
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 250 }, (_, i) => shardIdOf(i)),
  )
})

test('a limit of one shows one shard', () => {
  const page = describe({ StreamName: 'many', Limit: 1 })
  assert.deepEqual([page.Shards.length, page.HasMoreShards], [1, true])
})

test('a shard id is taken in any form that AWS takes', () => {
  for (const id of ['248', 'shardId-000000000248', 'anything-248']) {
    assert.deepEqual(
      describe({ StreamName: 'many', ExclusiveStartShardId: id }).Shards.map((shown) => shown.ShardId),
      [shardIdOf(249)],
    )
  }
})

test('a shard id that is none is not found', () => {
  assert.deepEqual(ask({ StreamName: 'many', ExclusiveStartShardId: 'x' }), {
    ok: false,
    error: { kind: 'ShardNotFound', shardId: 'x', stream: 'many', account: '000000000000' },
  })
})

test('shows everything that AWS shows of an unencrypted stream, the creation in whole seconds', () => {
  const { Shards, ...rest } = describe({ StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/many', Limit: 1 })
  assert.deepEqual(rest, {
    StreamName: 'many',
    StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/many',
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    StreamCreationTimestamp: new Date(createdMs),
    RetentionPeriodHours: 24,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: 'NONE',
    HasMoreShards: true,
  })
  assert.deepEqual(Shards, [
    {
      ShardId: 'shardId-000000000000',
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: '340282366920938463463374607431768211455' },
      SequenceNumberRange: { StartingSequenceNumber: startingSequenceNumber(createdMs / 1000 - 4, 0) },
    },
  ])
})

test('shows no shards while CREATING', () => {
  const { Shards, HasMoreShards } = describe({ StreamName: 'new' })
  assert.deepEqual([Shards, HasMoreShards], [[], false])
})

test('an unknown stream is not found under its name, however it was asked for', () => {
  const error = { kind: 'StreamNotFound', stream: 'none', account: '111111111111' }
  assert.deepEqual(ask({ StreamARN: 'arn:aws:kinesis:eu-west-1:111111111111:stream/none' }), { ok: false, error })
  assert.deepEqual(ask({ StreamName: 'none' }), { ok: false, error: { ...error, account: '000000000000' } })
})
