import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  InvalidArgumentException,
  type KinesisClient,
  LimitExceededException,
  ListShardsCommand,
  MergeShardsCommand,
  ResourceInUseException,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis'
import { kinesis } from '../api/client/kinesis.js'
import { hashKeyEnd, merge, middle, shardId, split } from '../api/client/shards.js'
import { SdkStreams } from './client/sdk-streams.js'
import { everySdk } from './client/variants.js'

const api = await kinesis()

const shardsOf = async (client: KinesisClient, StreamName: string) =>
  (await client.send(new ListShardsCommand({ StreamName }))).Shards ?? []

everySdk('reshards by the AWS SDK for JavaScript', api, (client) => {
  const streams = new SdkStreams(client)

  test('splits a shard, and merges its children again', async () => {
    const { StreamName } = await streams.create(1)
    await client.send(new SplitShardCommand(split(StreamName, 0, middle)))
    await assert.rejects(client.send(new SplitShardCommand(split(StreamName, 0, middle))), ResourceInUseException)
    assert.equal((await streams.active(StreamName)).OpenShardCount, 2)
    await client.send(new MergeShardsCommand(merge(StreamName, 1, 2)))
    assert.equal((await streams.active(StreamName)).OpenShardCount, 1)
    const [parent, low, high, merged] = await shardsOf(client, StreamName)
    assert.deepEqual([low?.ParentShardId, high?.ParentShardId], [shardId(0), shardId(0)])
    assert.deepEqual([merged?.ParentShardId, merged?.AdjacentParentShardId], [shardId(1), shardId(2)])
    assert.deepEqual(merged?.HashKeyRange, { StartingHashKey: '0', EndingHashKey: String(hashKeyEnd - 1n) })
    assert.ok(parent?.SequenceNumberRange?.EndingSequenceNumber)
    assert.equal(merged?.SequenceNumberRange?.EndingSequenceNumber, undefined)
    await assert.rejects(client.send(new MergeShardsCommand(merge(StreamName, 1, 2))), InvalidArgumentException)
  })

  test('scales a stream, and pages through the shards that it has had', async () => {
    const { StreamName, StreamARN } = await streams.create(2)
    const scale = (TargetShardCount: number) =>
      client.send(new UpdateShardCountCommand({ StreamARN, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }))
    assert.deepEqual((({ $metadata: _, ...output }) => output)(await scale(4)), {
      StreamName,
      StreamARN,
      CurrentShardCount: 2,
      TargetShardCount: 4,
    })
    assert.equal((await streams.active(StreamName)).OpenShardCount, 4)
    const first = await client.send(new ListShardsCommand({ StreamName, MaxResults: 4 }))
    const second = await client.send(new ListShardsCommand({ NextToken: first.NextToken }))
    const ids = [first, second].map(({ Shards }) => Shards?.map(({ ShardId }) => ShardId))
    assert.deepEqual(ids, [[0, 1, 2, 3].map(shardId), [4, 5].map(shardId)])
    assert.equal(second.NextToken, undefined)
    await assert.rejects(scale(9), LimitExceededException)
  })
})
