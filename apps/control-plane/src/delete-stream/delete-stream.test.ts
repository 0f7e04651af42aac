import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { account } from '../stream/stream.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const notFound = { kind: 'StreamNotFound', stream: 'orders', account }
const statusOf = async (plane: TestControlPlane) =>
  (await plane.output('DescribeStream', { StreamName: 'orders' })).StreamDescription.StreamStatus

test('a deleted stream is DELETING without shards, and then gone with its name free', async () => {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'orders', ShardCount: 2, Tags: { a: 'b' } })
  assert.equal(await plane.output('DeleteStream', { StreamName: 'orders', EnforceConsumerDeletion: true }), undefined)
  const { StreamStatus, Shards } = (await plane.output('DescribeStream', { StreamName: 'orders' })).StreamDescription
  assert.deepEqual([StreamStatus, Shards], ['DELETING', []])
  const { id } = plane.updates[plane.updates.length - 1].streams[0]
  assert.deepEqual([...(plane.map.byStreamId(id)?.allShards() ?? ['gone'])], [], 'the lanes have no shard of it any more')
  await plane.settle()
  assert.deepEqual(plane.updates[plane.updates.length - 1].removedStreams, [id])
  for (const operation of ['DescribeStream', 'DescribeStreamSummary', 'ListShards', 'DeleteStream'] as const) {
    assert.deepEqual(await plane.refusal(operation, { StreamName: 'orders' }), notFound)
  }
  await plane.createActive({ StreamName: 'orders', ShardCount: 1 })
  assert.notEqual(plane.updates[plane.updates.length - 1].streams[0].id, id)
  await plane.service.stop()
})

test('a stream is deleted by its ARN, while CREATING, and twice', async () => {
  const plane = await TestControlPlane.start(postgres)
  await plane.output('CreateStream', { StreamName: 'orders', ShardCount: 1 })
  await plane.output('DeleteStream', { StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders' })
  assert.equal(await statusOf(plane), 'DELETING')
  await plane.output('DeleteStream', { StreamName: 'orders' })
  await plane.settle()
  assert.deepEqual(await plane.refusal('DescribeStream', { StreamName: 'orders' }), notFound)
  await plane.service.stop()
})
