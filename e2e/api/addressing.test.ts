import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, streamNotFound } from './client/expect.js'
import { kinesis } from './client/kinesis.js'
import { createStream, freshName } from './client/streams.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 1 })

/** Every operation that names a stream, with what else it needs. */
const operations: readonly (readonly [operation: string, input: Record<string, unknown>])[] = [
  ['DescribeStream', {}],
  ['DescribeStreamSummary', {}],
  ['ListShards', {}],
  ['PutRecord', { PartitionKey: 'a', Data: 'AAAA' }],
  ['PutRecords', { Records: [{ PartitionKey: 'a', Data: 'AAAA' }] }],
  ['GetShardIterator', { ShardId: 'shardId-000000000000', ShardIteratorType: 'LATEST' }],
]

suite('a stream', () => {
  for (const [operation, input] of operations) {
    test(`is named to ${operation} by its name, its ARN, or both`, async () => {
      for (const stream of [{ StreamName: name }, { StreamARN: api.arn(name) }, { StreamName: name, StreamARN: api.arn(name) }]) {
        const answer = await api.call(operation, { ...input, ...stream })
        assert.equal(answer.status, 200, JSON.stringify(answer.body))
      }
    })

    test(`may have a stream id beside its name in ${operation}, which counts for nothing`, async () => {
      const answer = await api.call(operation, { ...input, StreamName: name, StreamId: 'abcdefghij0123456789-abc' })
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
    })
  }

  test('is deleted by its ARN', async () => {
    const other = await createStream(api, { ShardCount: 1 })
    assert.equal((await api.call('DeleteStream', { StreamARN: api.arn(other) })).status, 200)
  })

  test('is read from with its ARN beside the iterator', async () => {
    const { ShardIterator } = await api.ok('GetShardIterator', { StreamName: name, ShardId: '0', ShardIteratorType: 'LATEST' })
    assert.equal((await api.call('GetRecords', { ShardIterator, StreamARN: api.arn(name) })).status, 200)
  })
})

suite('a stream that does not exist', () => {
  const missing = freshName()
  for (const [operation, input] of [...operations, ['DeleteStream', {}] as const]) {
    if (operation === 'GetShardIterator') continue
    test(`is not found by ${operation}, under its name, also when it was asked for by ARN`, async () => {
      for (const stream of [{ StreamName: missing }, { StreamARN: api.arn(missing) }]) {
        assertError(await api.call(operation, { ...input, ...stream }), 'ResourceNotFoundException', streamNotFound(api, missing))
      }
    })
  }
})

test('a name and an ARN that do not agree are refused', async () => {
  const other = await createStream(api, { ShardCount: 1 })
  const answer = await api.call('DescribeStreamSummary', { StreamName: name, StreamARN: api.arn(other) })
  assert.equal(answer.status, 400)
})
