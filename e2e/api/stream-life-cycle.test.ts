import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, streamNotFound } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { sequenceParts } from './client/sequence-number.js'
import { active, create, createStream, freshName, gone } from './client/streams.js'

const api = await kinesis()

const describe = async (StreamName: string): Promise<Json> => (await api.ok('DescribeStream', { StreamName })).StreamDescription
const summary = async (StreamName: string): Promise<Json> =>
  (await api.ok('DescribeStreamSummary', { StreamName })).StreamDescriptionSummary

/** What a description says of a provisioned stream of 24 hours, whatever its state. */
const plain = (name: string) => ({
  StreamName: name,
  StreamARN: api.arn(name),
  StreamModeDetails: { StreamMode: 'PROVISIONED' },
  RetentionPeriodHours: 24,
  EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  EncryptionType: 'NONE',
})

suite('a new stream', () => {
  test('is created without an answer, is CREATING without shards, and then ACTIVE', async () => {
    const name = freshName()
    const reply = await api.send(api.operation('CreateStream', { StreamName: name, ShardCount: 3 }))
    assert.equal(reply.status, 200, reply.text)
    assert.equal(reply.text, '')
    assert.equal(reply.headers.get('content-type'), 'application/x-amz-json-1.1')
    assert.equal(reply.headers.get('content-length'), '0')
    const { StreamCreationTimestamp, ...creating } = await describe(name)
    assert.deepEqual(creating, { ...plain(name), StreamStatus: 'CREATING', Shards: [], HasMoreShards: false })
    assert.ok(Math.abs(StreamCreationTimestamp - Date.now() / 1000) < 10, `created at ${StreamCreationTimestamp}`)
    const { Shards, StreamCreationTimestamp: later, ...now } = await active(api, name)
    assert.deepEqual(now, { ...plain(name), StreamStatus: 'ACTIVE', HasMoreShards: false })
    assert.equal(later, StreamCreationTimestamp)
    assert.equal(Shards.length, 3)
  })

  test('divides the hash keys evenly, the rest going to the last shard', async () => {
    for (const count of [1, 2, 3, 5, 7]) {
      const name = await createStream(api, { ShardCount: count })
      const width = 2n ** 128n / BigInt(count)
      const expected = Array.from({ length: count }, (_, i) => ({
        ShardId: `shardId-${String(i).padStart(12, '0')}`,
        HashKeyRange: {
          StartingHashKey: String(width * BigInt(i)),
          EndingHashKey: String((i === count - 1 ? 2n ** 128n : width * BigInt(i + 1)) - 1n),
        },
      }))
      const shards: Json[] = (await describe(name)).Shards
      assert.deepEqual(
        shards.map(({ SequenceNumberRange: _, ...shard }) => shard),
        expected,
      )
      for (const shard of shards) assert.deepEqual(Object.keys(shard.SequenceNumberRange), ['StartingSequenceNumber'])
    }
  })

  test('starts its shards a few seconds ago, at sequence numbers one step apart', async () => {
    const name = freshName()
    await create(api, { StreamName: name, ShardCount: 3 })
    const createdAtSeconds = Date.now() / 1000
    const starts: string[] = (await active(api, name)).Shards.map(
      (shard: Json) => shard.SequenceNumberRange.StartingSequenceNumber,
    )
    const [first = '', second = '', third = ''] = starts
    assert.equal(BigInt(second) - BigInt(first), 22300745198530623141535718272648361505980432n)
    assert.equal(BigInt(third) - BigInt(second), 22300745198530623141535718272648361505980432n)
    const parts = sequenceParts(first)
    assert.equal(parts.counter, 0n)
    assert.equal(parts.arrivalSeconds, parts.creationSeconds)
    const before = createdAtSeconds - parts.creationSeconds
    assert.ok(before > 2 && before < 7, `${before} s before the creation`)
  })

  test('is summed up without its shards', async () => {
    const name = await createStream(api, { ShardCount: 2 })
    const { StreamCreationTimestamp, ...rest } = await summary(name)
    assert.equal(StreamCreationTimestamp, (await describe(name)).StreamCreationTimestamp)
    const known = { ...plain(name), StreamStatus: 'ACTIVE', OpenShardCount: 2, ConsumerCount: 0 }
    for (const [member, value] of Object.entries(known)) assert.deepEqual(rest[member], value, member)
    const optional = [
      'WarmThroughput',
      'MaxRecordSizeInKiB',
      'ChannelCount',
      'QueueCount',
      'RecordDistributionStrategy',
      'StreamId',
    ]
    for (const member of Object.keys(rest)) assert.ok(member in known || optional.includes(member), member)
  })

  test('has four shards when neither count nor mode is given, and when it is on demand', async () => {
    for (const input of [{}, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }]) {
      assert.equal((await describe(await createStream(api, input))).Shards.length, 4)
    }
  })

  test('on demand says so', async () => {
    const name = await createStream(api, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
    assert.deepEqual((await describe(name)).StreamModeDetails, { StreamMode: 'ON_DEMAND' })
    assert.deepEqual((await summary(name)).StreamModeDetails, { StreamMode: 'ON_DEMAND' })
  })

  test('keeps the largest record size that it was given, or 1 MiB', async () => {
    assert.equal((await summary(await createStream(api, { ShardCount: 1 }))).MaxRecordSizeInKiB, 1024)
    assert.equal((await summary(await createStream(api, { ShardCount: 1, MaxRecordSizeInKiB: 10240 }))).MaxRecordSizeInKiB, 10240)
  })

  test('takes 50 tags, and not 51', async () => {
    const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, `value ${i}`]))
    await createStream(api, { ShardCount: 1, Tags: tags(50) })
    const answer = await api.call('CreateStream', { StreamName: freshName(), ShardCount: 1, Tags: tags(51) })
    assert.equal(answer.status, 400)
  })

  test('may have any name that the model allows', async () => {
    for (const name of ['a'.repeat(128), '-', '.', '__proto__', 'constructor', 'A.b-c_9']) {
      await createStream(api, { StreamName: name, ShardCount: 1 })
      assert.equal((await describe(name)).StreamARN, api.arn(name))
    }
  })

  test('may be put to only when it is ACTIVE', async () => {
    const name = freshName()
    await create(api, { StreamName: name, ShardCount: 1 })
    assertError(
      await api.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '' }),
      'ResourceNotFoundException',
      streamNotFound(api, name),
    )
    const Records = [{ PartitionKey: 'a', Data: '' }]
    assertError(
      await api.call('PutRecords', { StreamName: name, Records }),
      'ResourceNotFoundException',
      streamNotFound(api, name),
    )
    await active(api, name)
    await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '' })
  })
})

suite('a name that is taken', () => {
  test('is refused, while CREATING and when ACTIVE, and changes nothing', async () => {
    const name = freshName()
    const taken = ['ResourceInUseException', `Stream ${name} under account ${api.account} already exists.`] as const
    await create(api, { StreamName: name, ShardCount: 1 })
    assertError(await api.call('CreateStream', { StreamName: name, ShardCount: 1 }), ...taken)
    await active(api, name)
    assertError(await api.call('CreateStream', { StreamName: name, ShardCount: 5 }), ...taken)
    assert.equal((await describe(name)).Shards.length, 1)
  })

  test('is free in another region', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const reply = await api.send(api.operation('DescribeStream', { StreamName: name }, { region: 'elsewhere-1' }))
    assert.equal(reply.json.__type, 'ResourceNotFoundException')
  })

  test('is given to exactly one of many that ask for it at once', async () => {
    const name = freshName()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api.call('CreateStream', { StreamName: name, ShardCount: 1 })),
    )
    assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
    for (const { status, body } of answers) if (status !== 200) assert.equal(body.__type, 'ResourceInUseException')
  })
})

suite('a stream that is deleted', () => {
  test('answers nothing, is DELETING without shards, and then gone', async () => {
    const name = await createStream(api, { ShardCount: 2 })
    assert.equal((await api.call('DeleteStream', { StreamName: name })).body, undefined)
    const { StreamCreationTimestamp: _, ...deleting } = await describe(name)
    assert.deepEqual(deleting, { ...plain(name), StreamStatus: 'DELETING', Shards: [], HasMoreShards: false })
    assertError(
      await api.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: '' }),
      'ResourceNotFoundException',
      streamNotFound(api, name),
    )
    await gone(api, name)
    for (const operation of ['DescribeStream', 'DescribeStreamSummary', 'DeleteStream', 'ListShards']) {
      assertError(await api.call(operation, { StreamName: name }), 'ResourceNotFoundException', streamNotFound(api, name))
    }
  })

  test('may still be CREATING', async () => {
    const name = freshName()
    await create(api, { StreamName: name, ShardCount: 1 })
    assert.equal((await api.call('DeleteStream', { StreamName: name })).status, 200)
    assert.equal((await describe(name)).StreamStatus, 'DELETING')
    await gone(api, name)
  })

  test('may be told to take its consumers along', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await api.ok('DeleteStream', { StreamName: name, EnforceConsumerDeletion: true })
    await gone(api, name)
  })

  test('leaves its name, and nothing else, to the next one', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await api.ok('PutRecord', { StreamName: name, PartitionKey: 'a', Data: 'AAAA' })
    const { StreamCreationTimestamp: before } = await describe(name)
    await api.ok('DeleteStream', { StreamName: name })
    await gone(api, name)
    await createStream(api, { StreamName: name, ShardCount: 1 })
    assert.ok((await describe(name)).StreamCreationTimestamp >= before)
    const { ShardIterator } = await api.ok('GetShardIterator', {
      StreamName: name,
      ShardId: '0',
      ShardIteratorType: 'TRIM_HORIZON',
    })
    assert.deepEqual((await api.ok('GetRecords', { ShardIterator })).Records, [])
  })
})
