import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Json, kinesis } from './client/kinesis.js'
import { sequenceParts } from './client/sequence-number.js'
import { hashKeyEnd, idsOf, isOpen, listShards, merge, middle, scale, shardId, split } from './client/shards.js'
import { active, createStream, iterator, readAll } from './client/streams.js'

const api = await kinesis()

const rangesOf = (shards: readonly Json[]) => shards.map(({ HashKeyRange }) => Object.values(HashKeyRange))

async function put(stream: string, explicit: bigint | string, data = 'AA=='): Promise<Json> {
  return api.ok('PutRecord', { StreamName: stream, PartitionKey: 'a', ExplicitHashKey: String(explicit), Data: data })
}

async function page(stream: string, input: Record<string, unknown>): Promise<Json> {
  return api.ok('GetRecords', { ShardIterator: await iterator(api, stream, input) })
}

suite('SplitShard', () => {
  test('answers nothing, leaves the shard as it was while UPDATING, and closes it into two', async () => {
    const stream = await createStream(api, { ShardCount: 1 })
    assert.equal(await api.ok('SplitShard', split(stream, 0, middle)), undefined)
    const updating = (await api.ok('DescribeStream', { StreamName: stream })).StreamDescription
    assert.deepEqual([updating.StreamStatus, updating.Shards.length], ['UPDATING', 1])
    assert.ok(isOpen(updating.Shards[0]))
    const { Shards } = await active(api, stream)
    assert.deepEqual(
      Shards.map((shard: Json) => [shard.ShardId, shard.ParentShardId, shard.AdjacentParentShardId]),
      [
        [shardId(0), undefined, undefined],
        [shardId(1), shardId(0), undefined],
        [shardId(2), shardId(0), undefined],
      ],
    )
    assert.deepEqual(rangesOf(Shards), [
      ['0', String(hashKeyEnd - 1n)],
      ['0', String(hashKeyEnd / 2n - 1n)],
      [middle, String(hashKeyEnd - 1n)],
    ])
  })

  test('has the children begin one second after the end of their parent', async () => {
    const stream = await createStream(api, { ShardCount: 1 })
    await api.ok('SplitShard', split(stream, 0, middle))
    const { Shards } = await active(api, stream)
    const ending = sequenceParts(Shards[0].SequenceNumberRange.EndingSequenceNumber)
    assert.equal(ending.counter, 0x7fffffffffffffffn)
    for (const child of Shards.slice(1)) {
      const { creationSeconds, arrivalSeconds, counter } = sequenceParts(child.SequenceNumberRange.StartingSequenceNumber)
      assert.deepEqual([creationSeconds, arrivalSeconds, counter], [ending.arrivalSeconds + 1, ending.arrivalSeconds + 1, 0n])
    }
  })

  test('takes its stream by its ARN, and its shard by a short name', async () => {
    const stream = await createStream(api, { ShardCount: 1 })
    await api.ok('SplitShard', { StreamARN: api.arn(stream), ShardToSplit: '0', NewStartingHashKey: middle })
    assert.equal((await active(api, stream)).Shards.length, 3)
  })
})

suite('MergeShards', () => {
  test('closes two shards into one', async () => {
    const stream = await createStream(api, { ShardCount: 3 })
    assert.equal(await api.ok('MergeShards', merge(stream, 1, 2)), undefined)
    const { Shards } = await active(api, stream)
    const [, lower, upper, child] = Shards
    assert.deepEqual([child.ParentShardId, child.AdjacentParentShardId], [shardId(1), shardId(2)])
    assert.deepEqual(child.HashKeyRange, {
      StartingHashKey: lower.HashKeyRange.StartingHashKey,
      EndingHashKey: upper.HashKeyRange.EndingHashKey,
    })
    assert.deepEqual(Shards.map(isOpen), [true, false, false, true])
  })
})

suite('UpdateShardCount', () => {
  for (const [from, to, all] of [
    [2, 4, 6],
    [4, 5, 15],
    [5, 3, 7],
  ] as const) {
    test(`from ${from} to ${to} leaves ${all} shards in all, of which the open ones have every hash key once`, async () => {
      const stream = await createStream(api, { ShardCount: from })
      assert.deepEqual(await api.ok('UpdateShardCount', scale(stream, to)), {
        StreamName: stream,
        StreamARN: api.arn(stream),
        CurrentShardCount: from,
        TargetShardCount: to,
      })
      const { Shards } = await active(api, stream)
      assert.equal(Shards.length, all)
      const ranges = rangesOf(Shards.filter(isOpen))
        .map(([start, end]) => [BigInt(start as string), BigInt(end as string)] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1))
      assert.equal(ranges.length, to)
      ranges.forEach(([start], i) => assert.equal(start, i === 0 ? 0n : (ranges[i - 1]?.[1] ?? -2n) + 1n))
      assert.equal(ranges.at(-1)?.[1], hashKeyEnd - 1n)
      const { StreamDescriptionSummary } = await api.ok('DescribeStreamSummary', { StreamName: stream })
      assert.equal(StreamDescriptionSummary.OpenShardCount, to)
    })
  }
})

suite('a stream that was resharded', async () => {
  const stream = await createStream(api, { ShardCount: 2 })
  const before = [await put(stream, 0n), await put(stream, 0n)]
  await api.ok('SplitShard', split(stream, 0, hashKeyEnd / 4n))
  await active(api, stream)
  const after = await put(stream, 0n)
  await api.ok('MergeShards', merge(stream, 3, 1))
  const { Shards } = await active(api, stream)

  test('puts records into the children, with higher numbers than the parent has', () => {
    assert.deepEqual(
      before.map((record) => record.ShardId),
      [shardId(0), shardId(0)],
    )
    assert.equal(after.ShardId, shardId(2))
    assert.ok(BigInt(after.SequenceNumber) > BigInt(Shards[2].SequenceNumberRange.StartingSequenceNumber))
    assert.ok(BigInt(after.SequenceNumber) > BigInt(Shards[0].SequenceNumberRange.EndingSequenceNumber))
    assert.ok(BigInt(before[1].SequenceNumber) < BigInt(Shards[0].SequenceNumberRange.EndingSequenceNumber))
  })

  test('shows all records of a closed shard, and at its end its children instead of a next iterator', async () => {
    const last = await page(stream, { ShardId: shardId(0) })
    assert.deepEqual(
      last.Records.map((record: Json) => record.SequenceNumber),
      before.map((record) => record.SequenceNumber),
    )
    assert.equal('NextShardIterator' in last, false)
    assert.equal(last.MillisBehindLatest, 0)
    assert.deepEqual(
      last.ChildShards,
      [2, 3].map((index) => ({
        ShardId: shardId(index),
        ParentShards: [shardId(0)],
        HashKeyRange: Shards[index].HashKeyRange,
      })),
    )
  })

  test('has every iterator of a closed shard lead to its end, also of one without records', async () => {
    const { EndingSequenceNumber, StartingSequenceNumber } = Shards[3].SequenceNumberRange
    const starts = [
      { ShardIteratorType: 'TRIM_HORIZON' },
      { ShardIteratorType: 'LATEST' },
      { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: Date.now() / 1000 - 60 },
      { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber },
      { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: EndingSequenceNumber },
    ]
    for (const start of starts) {
      const { Records, ChildShards, ...rest } = await page(stream, { ShardId: shardId(3), ...start })
      assert.deepEqual([Records, rest.NextShardIterator, idsOf(ChildShards)], [[], undefined, [shardId(4)]])
      assert.deepEqual(ChildShards[0].ParentShards, [shardId(3), shardId(1)])
    }
    const latest = await page(stream, { ShardId: shardId(0), ShardIteratorType: 'LATEST' })
    assert.deepEqual([latest.Records, idsOf(latest.ChildShards)], [[], [shardId(2), shardId(3)]])
  })

  test('leads on page by page, with children at the last one alone', async () => {
    const ShardIterator = await iterator(api, stream)
    const first = await api.ok('GetRecords', { ShardIterator, Limit: 1 })
    assert.equal(first.Records.length, 1)
    assert.equal(first.ChildShards, undefined)
    const second = await api.ok('GetRecords', { ShardIterator: first.NextShardIterator })
    assert.deepEqual([second.Records.length, idsOf(second.ChildShards)], [1, [shardId(2), shardId(3)]])
  })

  test('reads a child by a time at which its parent took records', async () => {
    const Timestamp = sequenceParts(before[0].SequenceNumber).arrivalSeconds
    const start = { ShardId: shardId(2), ShardIteratorType: 'AT_TIMESTAMP', Timestamp }
    const [record] = await readAll(api, await iterator(api, stream, start))
    assert.equal(record.SequenceNumber, after.SequenceNumber)
  })

  const secondOf = (index: number): number =>
    sequenceParts(Shards[index].SequenceNumberRange.StartingSequenceNumber).creationSeconds
  const filters: readonly (readonly [title: string, filter: () => Record<string, unknown>, indexes: readonly number[]])[] = [
    ['all of them without a filter', () => ({}), [0, 1, 2, 3, 4]],
    ['those open now', () => ({ Type: 'AT_LATEST' }), [2, 4]],
    ['those open at the trim horizon', () => ({ Type: 'AT_TRIM_HORIZON' }), [0, 1]],
    ['those open since the trim horizon', () => ({ Type: 'FROM_TRIM_HORIZON' }), [0, 1, 2, 3, 4]],
    ['those open at a time', () => ({ Type: 'AT_TIMESTAMP', Timestamp: secondOf(2) }), [1, 2, 3]],
    ['those open just before', () => ({ Type: 'AT_TIMESTAMP', Timestamp: secondOf(2) - 0.001 }), [0, 1]],
    ['those open since a time', () => ({ Type: 'FROM_TIMESTAMP', Timestamp: secondOf(2) }), [1, 2, 3, 4]],
    ['those open since the last reshard', () => ({ Type: 'FROM_TIMESTAMP', Timestamp: secondOf(4) }), [2, 4]],
    ['those after a shard', () => ({ Type: 'AFTER_SHARD_ID', ShardId: shardId(1) }), [2, 3, 4]],
  ]
  for (const [title, filter, indexes] of filters) {
    test(`lists ${title}, whole and page by page`, async () => {
      const ShardFilter = filter()
      const input = Object.keys(ShardFilter).length === 0 ? {} : { ShardFilter }
      const expected = indexes.map(shardId)
      assert.deepEqual(idsOf(await listShards(api, stream, input)), expected)
      const paged: string[] = []
      for (let next: Record<string, unknown> | undefined = { StreamName: stream, ...input }; next; ) {
        const answer: Json = await api.ok('ListShards', { ...next, MaxResults: 2 })
        assert.ok(answer.Shards.length <= 2)
        paged.push(...idsOf(answer.Shards))
        next = answer.NextToken === undefined ? undefined : { NextToken: answer.NextToken }
      }
      assert.deepEqual(paged, expected)
    })
  }

  test('goes on with a page of shards after a reshard that came between the pages', async () => {
    const first = await api.ok('ListShards', { StreamName: stream, MaxResults: 4 })
    await api.ok('SplitShard', split(stream, 2, 1000n))
    await active(api, stream)
    const second = await api.ok('ListShards', { NextToken: first.NextToken })
    assert.deepEqual([...idsOf(first.Shards), ...idsOf(second.Shards)], [0, 1, 2, 3, 4, 5, 6].map(shardId))
  })
})
