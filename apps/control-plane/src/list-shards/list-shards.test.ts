import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListShardsInput, ShardFilter } from '@millrace/aws-models'
import { parseShardId } from '@millrace/model'
import { endingSequenceNumber } from '@millrace/streams'
import { NextTokens } from '../pagination/next-tokens.js'
import { account, callOf, createdMs, directoryOf, shard, stream } from '../stream/stream.fixture.js'
import { ListShards } from './list-shards.js'

const second = createdMs / 1000
const hour = 3_600
let nowMs = createdMs + 20 * hour * 1000
const clock = { nowMs: () => nowMs }
const tokens = new NextTokens(Buffer.alloc(32), clock)

/** 0 was split into 2 and 3 after 10 hours; 2 and 1 were merged to 4 after 15 hours. */
const resharded = stream('resharded', {
  nextShard: 5,
  shards: [
    shard(0, { closedSecond: second + 10 * hour }),
    shard(1, { closedSecond: second + 15 * hour }),
    shard(2, { creationSecond: second + 10 * hour + 1, parent: 0, closedSecond: second + 15 * hour }),
    shard(3, { creationSecond: second + 10 * hour + 1, parent: 0 }),
    shard(4, { creationSecond: second + 15 * hour + 1, parent: 1, adjacentParent: 2 }),
  ],
})
const wide = stream('wide', { shards: Array.from({ length: 1_200 }, (_, i) => shard(i)) })
const directory = directoryOf(resharded, wide, stream('new', { status: 'CREATING' }), stream('old', { status: 'DELETING' }))
const operation = new ListShards(directory, tokens, clock)
const ask = (input: ListShardsInput) => operation.handle(callOf('ListShards', input))

function list(input: ListShardsInput) {
  const answer = ask(input)
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.value
}

function indexes(input: ListShardsInput): (number | undefined)[] {
  return (list(input).Shards ?? []).map((shown) => parseShardId(shown.ShardId))
}

function problem(input: ListShardsInput): unknown {
  const answer = ask(input)
  assert.ok(!answer.ok)
  return answer.error
}

const invalid = (message: string) => ({ kind: 'InvalidArgument', message })
const at = (seconds: number) => new Date((second + seconds) * 1000)

test('a filter selects by lineage and time', () => {
  const selected: readonly (readonly [ShardFilter | undefined, number[]])[] = [
    [undefined, [0, 1, 2, 3, 4]],
    [{ Type: 'FROM_TRIM_HORIZON' }, [0, 1, 2, 3, 4]],
    [{ Type: 'AT_TRIM_HORIZON' }, [0, 1]],
    [{ Type: 'AT_LATEST' }, [3, 4]],
    [{ Type: 'AT_LATEST', ShardId: '3' }, [4]],
    [{ Type: 'AFTER_SHARD_ID', ShardId: '2' }, [3, 4]],
    [{ Type: 'AFTER_SHARD_ID', ShardId: 'shardId-000000000900' }, []],
    [{ Type: 'AT_TIMESTAMP', Timestamp: at(12 * hour) }, [1, 2, 3]],
    [{ Type: 'AT_TIMESTAMP', Timestamp: at(-3 * hour) }, [0, 1]],
    [{ Type: 'FROM_TIMESTAMP', Timestamp: at(12 * hour) }, [1, 2, 3, 4]],
    [{ Type: 'FROM_TIMESTAMP', Timestamp: at(16 * hour) }, [3, 4]],
    [{ Type: 'FROM_TIMESTAMP', Timestamp: at(-3 * hour) }, [0, 1, 2, 3, 4]],
  ]
  for (const [ShardFilter, expected] of selected) {
    const filter = ShardFilter ? { ShardFilter } : {}
    assert.deepEqual(indexes({ StreamName: 'resharded', ...filter }), expected, JSON.stringify(ShardFilter))
  }
})

test('at any time the selected shards are those that took records then, parents or children and never both', () => {
  const boundary = 10 * hour
  const atSecond = (seconds: number) =>
    indexes({ StreamName: 'resharded', ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: at(seconds) } })
  assert.deepEqual(atSecond(boundary), [0, 1])
  assert.deepEqual(atSecond(boundary + 0.999), [0, 1])
  assert.deepEqual(atSecond(boundary + 1), [1, 2, 3])
})

test('a closed shard is listed until its retention ends', () => {
  const before = nowMs
  nowMs = (second + 34 * hour) * 1000
  assert.deepEqual(indexes({ StreamName: 'resharded' }), [0, 1, 2, 3, 4])
  nowMs += 1000
  assert.deepEqual(indexes({ StreamName: 'resharded' }), [1, 2, 3, 4])
  assert.deepEqual(indexes({ StreamName: 'resharded', ShardFilter: { Type: 'AT_TRIM_HORIZON' } }), [1, 2, 3])
  nowMs = before
})

test('a closed shard shows where it ends, a child shows its parents', () => {
  const [closed, , , , merged] = list({ StreamName: 'resharded' }).Shards ?? []
  assert.equal(closed.SequenceNumberRange.EndingSequenceNumber, endingSequenceNumber(second - 4, 0, second + 10 * hour))
  assert.equal(merged.SequenceNumberRange.EndingSequenceNumber, undefined)
  assert.deepEqual([merged.ParentShardId, merged.AdjacentParentShardId], ['shardId-000000000001', 'shardId-000000000002'])
})

test('a page has 1,000 shards unless asked for otherwise, and its token leads to the rest', () => {
  const first = list({ StreamName: 'wide' })
  assert.equal(first.Shards?.length, 1_000)
  const rest = list({ NextToken: first.NextToken ?? '' })
  assert.deepEqual([rest.Shards?.length, rest.NextToken], [200, undefined])
  assert.equal(list({ StreamName: 'wide', MaxResults: 10_000 }).Shards?.length, 1_200)
})

test('a token keeps the filter from page to page', () => {
  const first = list({ StreamName: 'resharded', ShardFilter: { Type: 'AT_LATEST' }, MaxResults: 1 })
  assert.deepEqual(
    first.Shards?.map((shown) => shown.ShardId),
    ['shardId-000000000003'],
  )
  assert.deepEqual(indexes({ NextToken: first.NextToken ?? '', MaxResults: 5 }), [4])
})

test('a list goes on after ExclusiveStartShardId', () => {
  assert.deepEqual(indexes({ StreamName: 'resharded', ExclusiveStartShardId: 'shardId-000000000001' }), [2, 3, 4])
  assert.deepEqual(problem({ StreamName: 'resharded', ExclusiveStartShardId: 'none' }), {
    kind: 'ShardNotFound',
    shardId: 'none',
    stream: 'resharded',
    account,
  })
})

test('a stream may stand beside a token', () => {
  const NextToken = list({ StreamName: 'wide' }).NextToken ?? ''
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/wide'
  for (const beside of [{ StreamName: 'wide' }, { StreamARN }]) {
    assert.equal(list({ NextToken, ...beside }).Shards?.length, 200)
  }
})

test('neither token nor stream is refused, and so is a token with what it carries already', () => {
  const NextToken = list({ StreamName: 'wide' }).NextToken ?? ''
  assert.deepEqual(problem({}), invalid('Either NextToken or StreamName should be provided.'))
  const together = (member: string) => invalid(`NextToken and ${member} cannot be provided together.`)
  assert.deepEqual(problem({ NextToken, StreamCreationTimestamp: at(0) }), together('StreamCreationTimestamp'))
  assert.deepEqual(problem({ NextToken, ExclusiveStartShardId: '0' }), together('ExclusiveStartShardId'))
  assert.deepEqual(problem({ NextToken, ShardFilter: { Type: 'AT_LATEST' } }), together('ShardFilter'))
})

test('a token is refused when it is old, when it is none, and when its stream is gone', () => {
  const NextToken = list({ StreamName: 'wide' }).NextToken ?? ''
  nowMs += 300_001
  assert.deepEqual(problem({ NextToken }), { kind: 'ExpiredNextToken', message: 'NextToken has expired.' })
  nowMs -= 300_001
  assert.deepEqual(problem({ NextToken: 'x' }), invalid('Invalid NextToken.'))
  const besideName = invalid('NextToken and StreamName cannot be provided together.')
  assert.deepEqual(problem({ NextToken: 'x', StreamName: 'wide' }), besideName)
  const gone = new ListShards(directoryOf(stream('wide')), tokens, clock)
  const answer = gone.handle(callOf('ListShards', { NextToken }))
  assert.deepEqual(answer, { ok: false, error: { kind: 'StreamNotFound', stream: 'wide', account } })
})

test('a filter without what it needs, and one of a time that cannot be asked for, is refused', () => {
  const needed = (member: string, type: string) => invalid(`${member} must be provided when the ShardFilter Type is ${type}.`)
  const filtered = (ShardFilter: ShardFilter) => problem({ StreamName: 'resharded', ShardFilter })
  assert.deepEqual(filtered({ Type: 'AFTER_SHARD_ID' }), needed('ShardId', 'AFTER_SHARD_ID'))
  assert.deepEqual(filtered({ Type: 'AT_TIMESTAMP' }), needed('Timestamp', 'AT_TIMESTAMP'))
  assert.deepEqual(filtered({ Type: 'FROM_TIMESTAMP' }), needed('Timestamp', 'FROM_TIMESTAMP'))
  const since = (Timestamp: Date) => filtered({ Type: 'FROM_TIMESTAMP', Timestamp })
  assert.deepEqual(since(at(20 * hour + 1)), invalid('ShardFilter Timestamp must not be greater than current time.'))
  const tooOld = 'ShardFilter Timestamp cannot be older than TRIM_HORIZON of the stream.'
  assert.deepEqual(since(at(-5 * hour)), invalid(tooOld))
  const shardId = 'none'
  assert.deepEqual(filtered({ Type: 'AFTER_SHARD_ID', ShardId: shardId }), {
    kind: 'ShardNotFound',
    shardId,
    stream: 'resharded',
    account,
  })
})

test('a stream of that name that was created at another time is not found', () => {
  assert.equal(list({ StreamName: 'wide', StreamCreationTimestamp: new Date(createdMs) }).Shards?.length, 1_000)
  assert.deepEqual(problem({ StreamName: 'wide', StreamCreationTimestamp: at(1) }), {
    kind: 'StreamNotFound',
    stream: 'wide',
    account,
  })
})

test('a stream that is CREATING or DELETING has no list', () => {
  for (const [name, state] of [
    ['new', 'CREATING'],
    ['old', 'DELETING'],
  ]) {
    assert.deepEqual(problem({ StreamName: name }), { kind: 'StreamNotActive', stream: name, account, state })
  }
})
