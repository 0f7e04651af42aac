import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertError, assertViolations, streamNotFound, violation } from './client/expect.js'
import { type Json, kinesis } from './client/kinesis.js'
import { create, createStream, freshName, until } from './client/streams.js'

const api = await kinesis()

const register = (StreamARN: string, ConsumerName: string) => api.ok('RegisterStreamConsumer', { StreamARN, ConsumerName })

const described = async (ConsumerARN: string): Promise<Json> =>
  (await api.ok('DescribeStreamConsumer', { ConsumerARN })).ConsumerDescription

async function activeConsumer(StreamARN: string, ConsumerName: string): Promise<Json> {
  const { Consumer } = await register(StreamARN, ConsumerName)
  return until(
    () => described(Consumer.ConsumerARN),
    ({ ConsumerStatus }) => ConsumerStatus === 'ACTIVE',
  )
}

suite('a registered consumer', () => {
  test('is CREATING and then ACTIVE; only its description names its stream', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const StreamARN = api.arn(name)
    const { Consumer } = await register(StreamARN, 'app')
    const second = Consumer.ConsumerCreationTimestamp
    assert.ok(Number.isInteger(second) && Math.abs(second - Date.now() / 1000) < 10, `created at ${second}`)
    const ConsumerARN = `${StreamARN}/consumer/app:${second}`
    const shown = { ConsumerName: 'app', ConsumerARN, ConsumerCreationTimestamp: second }
    assert.deepEqual(Consumer, { ...shown, ConsumerStatus: 'CREATING' })
    const active = await until(
      () => described(ConsumerARN),
      ({ ConsumerStatus }) => ConsumerStatus === 'ACTIVE',
    )
    assert.deepEqual(active, { ...shown, ConsumerStatus: 'ACTIVE', StreamARN })
    const list = await api.ok('ListStreamConsumers', { StreamARN })
    assert.deepEqual(list, { Consumers: [{ ...shown, ConsumerStatus: 'ACTIVE' }] })
    const { StreamDescriptionSummary } = await api.ok('DescribeStreamSummary', { StreamName: name })
    assert.equal(StreamDescriptionSummary.ConsumerCount, 1)
  })

  test('is deregistered without an answer, is DELETING, and then gone', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const StreamARN = api.arn(name)
    const { ConsumerARN, ConsumerCreationTimestamp } = await activeConsumer(StreamARN, 'app')
    const reply = await api.send(api.operation('DeregisterStreamConsumer', { StreamARN, ConsumerName: 'app' }))
    assert.deepEqual([reply.status, reply.text], [200, ''])
    assert.equal((await described(ConsumerARN)).ConsumerStatus, 'DELETING')
    const answer = await until(
      () => api.call('DescribeStreamConsumer', { ConsumerARN }),
      ({ status }) => status !== 200,
    )
    const missing = `Consumer app with creation timestamp ${ConsumerCreationTimestamp} under stream: ${name}, account ${api.account} not found.`
    assertError(answer, 'ResourceNotFoundException', missing)
  })

  test('has timestamps in CBOR as in JSON', async () => {
    const StreamARN = api.arn(await createStream(api, { ShardCount: 1 }))
    const answer = await api.cbor('RegisterStreamConsumer', { StreamARN, ConsumerName: 'app' })
    assert.equal(answer.status, 200)
    assert.equal(answer.body.Consumer.ConsumerStatus, 'CREATING')
    assert.ok(answer.body.Consumer.ConsumerARN.startsWith(`${StreamARN}/consumer/app:`))
  })
})

suite('consumers are refused', () => {
  test('when the name is taken', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    await register(api.arn(name), 'app')
    const answer = await api.call('RegisterStreamConsumer', { StreamARN: api.arn(name), ConsumerName: 'app' })
    assertError(answer, 'ResourceInUseException', `Consumer app under stream ${name} already exists for account ${api.account}.`)
  })

  test('when their stream is CREATING, or is not there', async () => {
    const StreamName = freshName()
    const StreamARN = api.arn(StreamName)
    for (const [operation, input] of [
      ['RegisterStreamConsumer', { StreamARN, ConsumerName: 'app' }],
      ['ListStreamConsumers', { StreamARN }],
    ] as const) {
      assertError(await api.call(operation, input), 'ResourceNotFoundException', streamNotFound(api, StreamName))
    }
    await create(api, { StreamName, ShardCount: 1 })
    assertError(
      await api.call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'app' }),
      'ResourceInUseException',
      `Stream ${StreamName} under account ${api.account} not ACTIVE, instead in state CREATING`,
    )
  })

  test('when there are five that are CREATING', async () => {
    const StreamARN = api.arn(await createStream(api, { ShardCount: 1 }))
    const attempts = Array.from({ length: 12 }, (_, i) =>
      api.call('RegisterStreamConsumer', { StreamARN, ConsumerName: `c${i}` }),
    )
    const refused = (await Promise.all(attempts)).filter(({ status }) => status !== 200)
    assert.ok(refused.length > 0)
    const message = `This request would exceed the limit on the number of consumers that can simultaneously be in CREATING for the account ${api.account}. Limit: 5.`
    for (const answer of refused) assertError(answer, 'LimitExceededException', message)
  })

  test('when what names them is missing, invalid or contradicts itself', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const StreamARN = api.arn(name)
    const { ConsumerARN } = await activeConsumer(StreamARN, 'app')
    for (const operation of ['DescribeStreamConsumer', 'DeregisterStreamConsumer']) {
      const refusal = (input: Json) => api.call(operation, input)
      const incomplete = 'Either ConsumerARN or both of StreamARN and ConsumerName must be provided.'
      for (const input of [{}, { StreamARN }, { ConsumerName: 'app' }]) {
        assertError(await refusal(input), 'InvalidArgumentException', incomplete)
      }
      const contradictory = 'ConsumerARN names another consumer than StreamARN and ConsumerName.'
      assertError(await refusal({ ConsumerARN, ConsumerName: 'web' }), 'InvalidArgumentException', contradictory)
      const missing = `Consumer web under stream: ${name}, account ${api.account} not found.`
      assertError(await refusal({ StreamARN, ConsumerName: 'web' }), 'ResourceNotFoundException', missing)
      assertViolations(await refusal({ ConsumerARN: 'x', ConsumerName: '' }), [
        violation(
          'consumerARN',
          "'x'",
          'satisfy regular expression pattern: ^(arn):aws.*:kinesis:.*:\\d{12}:.*stream\\/[a-zA-Z0-9_.-]+\\/consumer\\/[a-zA-Z0-9_.-]+:[0-9]+',
        ),
        violation('consumerName', "''", 'have length greater than or equal to 1'),
        violation('consumerName', "''", 'satisfy regular expression pattern: [a-zA-Z0-9_.-]+'),
      ])
    }
  })

  test('when they belong to another account', async () => {
    const StreamARN = `arn:aws:kinesis:${api.region}:999999999999:stream/orders`
    const answer = await api.call('RegisterStreamConsumer', { StreamARN, ConsumerName: 'app' })
    assert.equal(answer.body.__type, 'AccessDeniedException')
  })
})

suite('a list of consumers', () => {
  test('comes in pages, by name, each consumer once', async () => {
    const StreamARN = api.arn(await createStream(api, { ShardCount: 1 }))
    for (const name of ['b', 'c', 'a']) await activeConsumer(StreamARN, name)
    const seen: string[] = []
    for (let token: string | undefined = '-'; token !== undefined; ) {
      const page: Json = await api.ok('ListStreamConsumers', {
        StreamARN,
        MaxResults: 2,
        ...(token === '-' ? {} : { NextToken: token }),
      })
      seen.push(...page.Consumers.map((consumer: Json) => consumer.ConsumerName))
      token = page.NextToken
    }
    assert.deepEqual(seen, ['a', 'b', 'c'])
  })

  test('is refused with a token that nobody gave, and for a stream that was created at another time', async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const StreamARN = api.arn(name)
    const refusal = (input: Json) => api.call('ListStreamConsumers', { StreamARN, ...input })
    assertError(await refusal({ NextToken: 'x' }), 'InvalidArgumentException', 'Invalid NextToken.')
    const both = 'NextToken and StreamCreationTimestamp cannot be provided together.'
    assertError(await refusal({ NextToken: 'x', StreamCreationTimestamp: 1 }), 'InvalidArgumentException', both)
    assertError(await refusal({ StreamCreationTimestamp: 1 }), 'ResourceNotFoundException', streamNotFound(api, name))
  })
})

test('a stream with consumers is deleted only where its consumers are to go with it', async () => {
  const StreamName = await createStream(api, { ShardCount: 1 })
  await activeConsumer(api.arn(StreamName), 'app')
  assertError(
    await api.call('DeleteStream', { StreamName }),
    'ResourceInUseException',
    `DeleteStream can't delete ${api.arn(StreamName)} because there are consumers associated with this data stream. To delete ` +
      `${StreamName} anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the consumers that are ` +
      'associated with it.',
  )
  await api.ok('DeleteStream', { StreamName, EnforceConsumerDeletion: true })
})
