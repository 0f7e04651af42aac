import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, streamNotFound } from './client/expect.js'
import { freshRegion, type Json, Kinesis, kinesis } from './client/kinesis.js'
import { active, create, createStream, freshName } from './client/streams.js'

const api = await kinesis()
const many = await createStream(api, { ShardCount: 10 })
const shardIds = Array.from({ length: 10 }, (_, i) => `shardId-${String(i).padStart(12, '0')}`)
const ids = (shards: Json[]): string[] => shards.map((shard) => shard.ShardId)

suite('ListStreams', () => {
  test('of an empty region has no streams and no more of them', async () => {
    const empty = new Kinesis(api.endpoint, freshRegion())
    const answer = await empty.ok('ListStreams', {})
    assert.deepEqual(answer.StreamNames, [])
    assert.equal(answer.HasMoreStreams, false)
    assert.equal(answer.NextToken, undefined)
  })

  test('goes through all names in order, page by page, by name and by token', async () => {
    const region = new Kinesis(api.endpoint, freshRegion())
    const names = ['B', 'Z1', '_a', 'a', 'a-', 'a.b', 'b', 'b_1', '0', '9z'].map((name) => `${name}-e2e`)
    for (const StreamName of names) {
      await create(region, { StreamName, ShardCount: 1 })
      await active(region, StreamName)
    }
    const sorted = [...names].sort()
    assert.deepEqual((await region.ok('ListStreams', { Limit: 10 })).StreamNames, sorted)
    for (const Limit of [1, 3, 9, 10, 11]) {
      assert.deepEqual(await pages(region, Limit, (page) => ({ ExclusiveStartStreamName: page.StreamNames.at(-1) })), sorted)
      assert.deepEqual(await pages(region, Limit, (page) => ({ NextToken: page.NextToken })), sorted)
    }
  })

  async function pages(region: Kinesis, Limit: number, next: (page: Json) => Record<string, unknown>): Promise<string[]> {
    const names: string[] = []
    for (let start: Record<string, unknown> = {}; ; ) {
      const page = await region.ok('ListStreams', { Limit, ...start })
      assert.ok(page.StreamNames.length <= Limit)
      assert.equal(page.NextToken !== undefined, page.HasMoreStreams)
      names.push(...page.StreamNames)
      if (!page.HasMoreStreams) return names
      start = next(page)
    }
  }

  test('starts after a name that need not exist', async () => {
    const answer = await api.ok('ListStreams', { ExclusiveStartStreamName: many.slice(0, -1), Limit: 1 })
    assert.deepEqual(answer.StreamNames, [many])
    assert.deepEqual((await api.ok('ListStreams', { ExclusiveStartStreamName: 'zzzz' })).StreamNames, [])
  })

  test('shows streams in every state, with a summary of each', async () => {
    const region = new Kinesis(api.endpoint, freshRegion())
    const name = freshName()
    await create(region, { StreamName: name, ShardCount: 1 })
    const creating = await region.ok('ListStreams', {})
    assert.deepEqual(creating.StreamNames, [name])
    const [{ StreamCreationTimestamp, ...summary }] = creating.StreamSummaries
    assert.deepEqual(summary, {
      StreamName: name,
      StreamARN: region.arn(name),
      StreamStatus: 'CREATING',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    })
    assert.equal(StreamCreationTimestamp, (await active(region, name)).StreamCreationTimestamp)
    await region.ok('DeleteStream', { StreamName: name })
    assert.equal((await region.ok('ListStreams', {})).StreamSummaries[0].StreamStatus, 'DELETING')
  })

  test('refuses a token that it did not make', async () => {
    const answer = await api.call('ListStreams', { NextToken: 'not a token' })
    assert.equal(answer.status, 400)
    assert.match(answer.body.__type, /^(InvalidArgument|ExpiredNextToken|Validation)Exception$/)
  })
})

suite('DescribeStream', () => {
  test('shows at most as many shards as asked for, and whether there are more', async () => {
    const page = async (Limit: number, more: Record<string, unknown> = {}) => {
      const { StreamDescription } = await api.ok('DescribeStream', { StreamName: many, Limit, ...more })
      return [ids(StreamDescription.Shards), StreamDescription.HasMoreShards]
    }
    assert.deepEqual(await page(2), [shardIds.slice(0, 2), true])
    assert.deepEqual(await page(9), [shardIds.slice(0, 9), true])
    assert.deepEqual(await page(10), [shardIds, false])
    assert.deepEqual(await page(10000), [shardIds, false])
    assert.deepEqual(await page(4, { ExclusiveStartShardId: shardIds[3] }), [shardIds.slice(4, 8), true])
    assert.deepEqual(await page(4, { ExclusiveStartShardId: shardIds[7] }), [shardIds.slice(8), false])
    assert.deepEqual(await page(4, { ExclusiveStartShardId: shardIds[9] }), [[], false])
  })
})

suite('ListShards', () => {
  const shards = async (input: Record<string, unknown>): Promise<Json> => api.ok('ListShards', input)

  test('shows what DescribeStream shows, and no token when that is all', async () => {
    const answer = await shards({ StreamName: many })
    assert.deepEqual(Object.keys(answer), ['Shards'])
    assert.deepEqual(answer.Shards, (await api.ok('DescribeStream', { StreamName: many })).StreamDescription.Shards)
  })

  test('goes through all shards page by page', async () => {
    const found: string[][] = []
    let page = await shards({ StreamName: many, MaxResults: 4 })
    for (found.push(ids(page.Shards)); page.NextToken !== undefined; found.push(ids(page.Shards))) {
      page = await shards({ NextToken: page.NextToken, MaxResults: 4 })
    }
    assert.deepEqual(found, [shardIds.slice(0, 4), shardIds.slice(4, 8), shardIds.slice(8)])
    assert.equal((await shards({ StreamName: many, MaxResults: 10 })).NextToken, undefined)
  })

  test('takes a token as often as it is given, and a page size of its own with it', async () => {
    const { NextToken } = await shards({ StreamARN: api.arn(many), MaxResults: 4 })
    assert.deepEqual(ids((await shards({ NextToken, MaxResults: 1 })).Shards), [shardIds[4]])
    assert.deepEqual(ids((await shards({ NextToken })).Shards), shardIds.slice(4))
  })

  test('starts after a shard', async () => {
    assert.deepEqual(ids((await shards({ StreamName: many, ExclusiveStartShardId: shardIds[6] })).Shards), shardIds.slice(7))
    const page = await shards({ StreamName: many, ExclusiveStartShardId: shardIds[6], MaxResults: 2 })
    assert.deepEqual(ids(page.Shards), shardIds.slice(7, 9))
    assert.deepEqual(ids((await shards({ NextToken: page.NextToken })).Shards), [shardIds[9]])
  })

  test('takes every kind of filter', async () => {
    const now = Math.floor(Date.now() / 1000)
    const all = ['AT_LATEST', 'AT_TRIM_HORIZON', 'FROM_TRIM_HORIZON'].map((Type) => ({ Type }))
    const timed = ['AT_TIMESTAMP', 'FROM_TIMESTAMP'].map((Type) => ({ Type, Timestamp: now }))
    for (const ShardFilter of [...all, ...timed]) {
      assert.deepEqual(ids((await shards({ StreamName: many, ShardFilter })).Shards), shardIds, ShardFilter.Type)
    }
    const after = { Type: 'AFTER_SHARD_ID', ShardId: shardIds[7] }
    assert.deepEqual(ids((await shards({ StreamName: many, ShardFilter: after })).Shards), shardIds.slice(8))
  })

  test('keeps its filter from page to page', async () => {
    const page = await shards({ StreamName: many, ShardFilter: { Type: 'AFTER_SHARD_ID', ShardId: shardIds[4] }, MaxResults: 2 })
    assert.deepEqual(ids(page.Shards), shardIds.slice(5, 7))
    assert.deepEqual(ids((await shards({ NextToken: page.NextToken })).Shards), shardIds.slice(7))
  })

  test('takes the creation time of the stream that is meant', async () => {
    const { StreamCreationTimestamp } = (await api.ok('DescribeStreamSummary', { StreamName: many })).StreamDescriptionSummary
    assert.deepEqual(ids((await shards({ StreamName: many, StreamCreationTimestamp })).Shards), shardIds)
  })

  const refused: [title: string, input: Record<string, unknown>, message: string | RegExp][] = [
    ['neither a stream nor a token', {}, 'Either NextToken or StreamName should be provided.'],
    ['a token that it did not make', { NextToken: 'not a token' }, 'Invalid NextToken.'],
    [
      'a token that it did not make beside a stream',
      { StreamName: many, NextToken: 'x' },
      'NextToken and StreamName cannot be provided together.',
    ],
    [
      'a filter beside a token',
      { NextToken: 'x', ShardFilter: { Type: 'AT_LATEST' } },
      'NextToken and ShardFilter cannot be provided together.',
    ],
    [
      'a filter by shard without a shard',
      { StreamName: many, ShardFilter: { Type: 'AFTER_SHARD_ID' } },
      'ShardId must be provided when the ShardFilter Type is AFTER_SHARD_ID.',
    ],
    [
      'a filter by time without a time',
      { StreamName: many, ShardFilter: { Type: 'AT_TIMESTAMP' } },
      'Timestamp must be provided when the ShardFilter Type is AT_TIMESTAMP.',
    ],
    [
      'a filter by a time before what is kept',
      { StreamName: many, ShardFilter: { Type: 'FROM_TIMESTAMP', Timestamp: 1 } },
      'ShardFilter Timestamp cannot be older than TRIM_HORIZON of the stream.',
    ],
    [
      'a filter by a time to come',
      { StreamName: many, ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: Date.now() / 1000 + 3600 } },
      'ShardFilter Timestamp must not be greater than current time.',
    ],
  ]
  for (const [title, input, message] of refused) {
    test(`refuses ${title}`, async () => assertError(await api.call('ListShards', input), 'InvalidArgumentException', message))
  }

  test('does not know a stream that is not there', async () => {
    assertError(
      await api.call('ListShards', { StreamName: 'nobody' }),
      'ResourceNotFoundException',
      streamNotFound(api, 'nobody'),
    )
  })
})
