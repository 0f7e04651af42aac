import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { CborValue } from '@millrace/testkit'
import { assertError, streamNotFound } from './client/expect.js'
import { type Answer, kinesis } from './client/kinesis.js'
import { fromHex } from './client/sequence-number.js'
import { createStream, freshName, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 1 })
const ShardIterator = await iterator(api, name)
const shard = { ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }
/** Of a version that there is not. */
const unknownVersion = fromHex('20000000000000000000000000000000000000000000004')
const put = { PartitionKey: 'a', Data: Buffer.from('data') }

/** JSON has its blobs in base64. */
const inJson = (input: unknown): unknown =>
  JSON.parse(JSON.stringify(input, (_, value) => (value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64') : value)))

const encodings: Readonly<Record<string, (operation: string, input: CborValue) => Promise<Answer>>> = {
  JSON: (operation, input) => api.call(operation, inJson(input)),
  CBOR: (operation, input) => api.cbor(operation, input),
}

const good: Readonly<Record<string, Readonly<Record<string, CborValue>>>> = {
  PutRecord: { StreamName: name, ...put },
  PutRecords: { StreamName: name, Records: [put, { ...put, ExplicitHashKey: '0' }] },
  GetShardIterator: { StreamName: name, ...shard },
  GetRecords: { ShardIterator },
}

/** What each would have been told: from the form of the body to the state of the stream. */
const bad: readonly (readonly [
  title: string,
  operation: string,
  input: Record<string, CborValue>,
  type: string,
  message: string | RegExp,
])[] = [
  [
    'a violation',
    'PutRecord',
    { StreamName: name, PartitionKey: '', Data: put.Data },
    'ValidationException',
    /^1 validation error detected: /,
  ],
  ['no key', 'PutRecords', { StreamName: name, Records: [{ Data: put.Data }] }, 'ValidationException', /partitionKey/],
  [
    'an unknown stream',
    'PutRecord',
    { StreamName: 'nobody', ...put },
    'ResourceNotFoundException',
    streamNotFound(api, 'nobody'),
  ],
  [
    'an unknown stream',
    'PutRecords',
    { StreamName: 'nobody', Records: [put] },
    'ResourceNotFoundException',
    streamNotFound(api, 'nobody'),
  ],
  [
    'a hash key out of range',
    'PutRecord',
    { StreamName: name, ...put, ExplicitHashKey: String(2n ** 128n) },
    'InvalidArgumentException',
    /^Invalid ExplicitHashKey\. /,
  ],
  [
    'a bad number for its order',
    'PutRecord',
    { StreamName: name, ...put, SequenceNumberForOrdering: unknownVersion },
    'InvalidArgumentException',
    /^ExclusiveMinimumSequenceNumber \d+ used in PutRecord /,
  ],
  [
    'a record that is too large',
    'PutRecords',
    { StreamName: name, Records: [{ PartitionKey: 'a', Data: Buffer.alloc(1_048_577) }] },
    'ValidationException',
    /less than or equal to 1048576$/,
  ],
  ['an iterator that is none', 'GetRecords', { ShardIterator: 'AAAA' }, 'InvalidArgumentException', /^Invalid ShardIterator\.$/],
  ['a limit out of range', 'GetRecords', { ShardIterator, Limit: 10_001 }, 'ValidationException', /at 'limit'/],
]

/** What only the call itself finds out. */
const notLookedAt: readonly (readonly [title: string, operation: string, input: Record<string, CborValue>, type: string])[] = [
  ['the shard', 'GetShardIterator', { StreamName: name, ...shard, ShardId: 'shardId-000000000007' }, 'ResourceNotFoundException'],
  [
    'the position',
    'GetShardIterator',
    { StreamName: name, ...shard, ShardIteratorType: 'AT_SEQUENCE_NUMBER' },
    'InvalidArgumentException',
  ],
]

const passed = (operation: string) =>
  `DryRunOperation validation succeeded while calling ${operation} operation.: Request would have succeeded, but DryRun flag is set.`

for (const [encoding, call] of Object.entries(encodings)) {
  suite(`a dry run in ${encoding}`, () => {
    for (const [operation, input] of Object.entries(good)) {
      test(`of ${operation} that would succeed says so with an error`, async () => {
        assertError(await call(operation, { ...input, DryRun: true }), 'DryRunOperationException', passed(operation))
      })
    }

    for (const [title, operation, input, type] of notLookedAt) {
      test(`of ${operation} does not look at ${title}`, async () => {
        assertError(await call(operation, { ...input, DryRun: true }), 'DryRunOperationException', passed(operation))
        assertError(await call(operation, input), type, /./)
      })
    }

    for (const [title, operation, input, type, message] of bad) {
      test(`of ${operation} with ${title} gets the error that the call gets`, async () => {
        const [dry, real] = [await call(operation, { ...input, DryRun: true }), await call(operation, input)]
        assertError(dry, type, message)
        assert.deepEqual(dry.body, real.body)
      })
    }

    test('of GetShardIterator says of an unknown stream that it is not found', async () => {
      const answer = await call('GetShardIterator', { StreamName: 'nobody', ...shard, DryRun: true })
      assertError(answer, 'ResourceNotFoundException', streamNotFound(api, 'nobody'))
    })

    test('by somebody unknown is refused as he is', async () => {
      const credentials = { ...api.credentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }
      const reply = await api.send(api.operation('PutRecord', inJson({ ...good.PutRecord, DryRun: true }), { credentials }))
      assert.equal(reply.json.__type, 'UnrecognizedClientException')
    })

    test('stores nothing', async () => assert.deepEqual(await readAll(api, await iterator(api, name)), []))
  })
}

test('DryRun false is no dry run', async () => {
  const own = await createStream(api, { StreamName: freshName(), ShardCount: 1 })
  await api.ok('PutRecord', { StreamName: own, PartitionKey: 'a', Data: '', DryRun: false })
  await api.ok('PutRecords', { StreamName: own, Records: [{ PartitionKey: 'a', Data: '' }], DryRun: false })
  assert.equal((await readAll(api, await iterator(api, own))).length, 2)
})
