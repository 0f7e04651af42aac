import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type Json, kinesis } from './client/kinesis.js'
import { active, createStream, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const hashKeyEnd = 2n ** 128n
const middle = String(hashKeyEnd / 2n)

const shardId = (index: number): string => `shardId-${String(index).padStart(12, '0')}`

suite('resharding', () => {
  test('a split closes the parent and leads on to its children', async () => {
    const stream = await createStream(api, { ShardCount: 1 })
    const before: Json = await api.ok('PutRecord', { StreamName: stream, PartitionKey: 'a', Data: 'AA==' })
    assert.equal(
      await api.ok('SplitShard', { StreamName: stream, ShardToSplit: shardId(0), NewStartingHashKey: middle }),
      undefined,
    )
    const updating = (await api.ok('DescribeStream', { StreamName: stream })).StreamDescription
    assert.deepEqual([updating.StreamStatus, updating.Shards.length], ['UPDATING', 1])
    const { Shards } = await active(api, stream)
    assert.deepEqual(
      Shards.map((shard: Json) => [shard.ShardId, shard.ParentShardId, shard.HashKeyRange]),
      [
        [shardId(0), undefined, { StartingHashKey: '0', EndingHashKey: String(hashKeyEnd - 1n) }],
        [shardId(1), shardId(0), { StartingHashKey: '0', EndingHashKey: String(hashKeyEnd / 2n - 1n) }],
        [shardId(2), shardId(0), { StartingHashKey: middle, EndingHashKey: String(hashKeyEnd - 1n) }],
      ],
    )
    const after: Json = await api.ok('PutRecord', { StreamName: stream, PartitionKey: 'a', Data: 'AQ==' })
    assert.ok(BigInt(after.SequenceNumber) > BigInt(Shards[0].SequenceNumberRange.EndingSequenceNumber))
    const page: Json = await api.ok('GetRecords', { ShardIterator: await iterator(api, stream) })
    assert.deepEqual(
      page.Records.map((record: Json) => record.SequenceNumber),
      [before.SequenceNumber],
    )
    assert.equal('NextShardIterator' in page, false)
    assert.deepEqual(
      page.ChildShards.map((child: Json) => [child.ShardId, child.ParentShards]),
      [
        [shardId(1), [shardId(0)]],
        [shardId(2), [shardId(0)]],
      ],
    )
    const [record] = await readAll(api, await iterator(api, stream, { ShardId: after.ShardId }))
    assert.equal(record.SequenceNumber, after.SequenceNumber)
  })
})
