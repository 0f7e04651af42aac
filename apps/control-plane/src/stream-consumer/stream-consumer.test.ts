import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import { TestControlPlane } from '../control-plane.fixture.js'
import { account, createdMs } from '../stream/stream.fixture.js'

let postgres: TestPostgres
before(async () => {
  postgres = await startTestPostgres()
})
after(() => postgres.remove())

const StreamARN = `arn:aws:kinesis:us-east-1:${account}:stream/orders`
/** After the 200 ms that the stream was CREATING. */
const second = createdMs / 1000
const arnOf = (name: string, at = second) => `${StreamARN}/consumer/${name}:${at}`

async function onStream(use: (plane: TestControlPlane) => Promise<void>): Promise<void> {
  const plane = await TestControlPlane.start(postgres)
  await plane.createActive({ StreamName: 'orders', ShardCount: 1 })
  await use(plane)
  await plane.service.stop()
}

async function register(plane: TestControlPlane, ...names: string[]): Promise<void> {
  for (const ConsumerName of names) {
    await plane.output('RegisterStreamConsumer', { StreamARN, ConsumerName })
    await plane.settle()
  }
}

test('a consumer is CREATING, then ACTIVE; DELETING, then gone; nodes are told each time', () =>
  onStream(async (plane) => {
    const statuses = () => plane.updates.at(-1)?.streams[0]?.consumers
    const { Consumer } = await plane.output('RegisterStreamConsumer', { StreamARN, ConsumerName: 'app', Tags: { a: 'b' } })
    const shown = {
      ConsumerName: 'app',
      ConsumerARN: arnOf('app'),
      ConsumerStatus: 'CREATING',
      ConsumerCreationTimestamp: new Date(createdMs),
    }
    assert.deepEqual(Consumer, shown)
    assert.deepEqual(statuses(), [{ name: 'app', createdSecond: second, status: 'CREATING' }])
    await plane.settle()
    assert.deepEqual(await plane.output('DescribeStreamConsumer', { ConsumerARN: arnOf('app') }), {
      ConsumerDescription: { ...shown, ConsumerStatus: 'ACTIVE', StreamARN },
    })
    const { StreamDescriptionSummary } = await plane.output('DescribeStreamSummary', { StreamName: 'orders' })
    assert.equal(StreamDescriptionSummary.ConsumerCount, 1)
    await plane.output('DeregisterStreamConsumer', { StreamARN, ConsumerName: 'app' })
    await plane.output('DeregisterStreamConsumer', { ConsumerARN: arnOf('app') })
    assert.deepEqual(statuses(), [{ name: 'app', createdSecond: second, status: 'DELETING' }])
    await plane.settle()
    assert.deepEqual(statuses(), [])
    assert.deepEqual(await plane.output('ListStreamConsumers', { StreamARN }), { Consumers: [] })
  }))

test('consumers survive a restart, and what was begun before it ends after it', () =>
  onStream(async (plane) => {
    await plane.output('RegisterStreamConsumer', { StreamARN, ConsumerName: 'app' })
    const again = await TestControlPlane.start(postgres, { databaseUrl: plane.databaseUrl, clock: plane.clock })
    const described = () => again.output('DescribeStreamConsumer', { StreamARN, ConsumerName: 'app' })
    assert.equal((await described()).ConsumerDescription.ConsumerStatus, 'CREATING')
    await again.settle()
    assert.equal((await described()).ConsumerDescription.ConsumerStatus, 'ACTIVE')
    await again.service.stop()
  }))

test('a name is taken until its consumer is gone; registered anew it has another ARN', () =>
  onStream(async (plane) => {
    const input = { StreamARN, ConsumerName: 'app' }
    const taken = {
      kind: 'ResourceInUse',
      message: `Consumer app under stream orders already exists for account ${account}.`,
    }
    await plane.output('RegisterStreamConsumer', input)
    assert.deepEqual(await plane.refusal('RegisterStreamConsumer', input), taken)
    await plane.settle()
    assert.deepEqual(await plane.refusal('RegisterStreamConsumer', input), taken)
    await plane.output('DeregisterStreamConsumer', input)
    assert.deepEqual(await plane.refusal('RegisterStreamConsumer', input), taken)
    plane.clock.advance(1_000)
    await plane.settle()
    const { Consumer } = await plane.output('RegisterStreamConsumer', input)
    assert.equal(Consumer.ConsumerARN, arnOf('app', second + 1))
    const message = `Consumer app with creation timestamp ${second} under stream: orders, account ${account} not found.`
    const refused = await plane.refusal('DescribeStreamConsumer', { ConsumerARN: arnOf('app') })
    assert.deepEqual(refused, { kind: 'ResourceNotFound', message })
  }))

test('a stream has at most twenty consumers, and five of an account are CREATING at a time', () =>
  onStream(async (plane) => {
    await plane.createActive({ StreamName: 'other', ShardCount: 1 })
    const otherArn = StreamARN.replace('orders', 'other')
    for (let i = 0; i < 20; i++) {
      await plane.output('RegisterStreamConsumer', { StreamARN, ConsumerName: `c${i}` })
      if (i % 5 === 4 && i < 19) await plane.settle()
    }
    assert.deepEqual(await plane.refusal('RegisterStreamConsumer', { StreamARN, ConsumerName: 'c20' }), {
      kind: 'LimitExceeded',
      message: `This request would exceed the limit on the number of consumers of stream orders under account ${account}. Limit: 20.`,
    })
    const elsewhere = { StreamARN: otherArn, ConsumerName: 'c' }
    assert.deepEqual(await plane.refusal('RegisterStreamConsumer', elsewhere), {
      kind: 'LimitExceeded',
      message: `This request would exceed the limit on the number of consumers that can simultaneously be in CREATING for the account ${account}. Limit: 5.`,
    })
    await plane.settle()
    await plane.output('RegisterStreamConsumer', elsewhere)
  }))

test('a stream that is CREATING or DELETING takes no consumers and lists none; one that is gone is not found', () =>
  onStream(async (plane) => {
    const notActive = (state: string) => ({ kind: 'StreamNotActive', stream: 'orders', account, state })
    const calls = [
      ['RegisterStreamConsumer', { StreamARN, ConsumerName: 'app' }],
      ['ListStreamConsumers', { StreamARN }],
    ] as const
    await plane.output('DeleteStream', { StreamName: 'orders' })
    for (const [name, input] of calls) assert.deepEqual(await plane.refusal(name, input), notActive('DELETING'))
    await plane.settle()
    for (const [name, input] of calls) {
      assert.deepEqual(await plane.refusal(name, input), { kind: 'StreamNotFound', stream: 'orders', account })
    }
    await plane.output('CreateStream', { StreamName: 'orders', ShardCount: 1 })
    for (const [name, input] of calls) assert.deepEqual(await plane.refusal(name, input), notActive('CREATING'))
  }))

test('tags that AWS refuses are refused', () =>
  onStream(async (plane) => {
    const refused = await plane.refusal('RegisterStreamConsumer', { StreamARN, ConsumerName: 'app', Tags: { 'a;': 'b' } })
    assert.equal(refused.kind, 'InvalidArgument')
  }))

test('a consumer is named by its ARN, or by its name and the ARN of its stream, which must agree', () =>
  onStream(async (plane) => {
    await register(plane, 'app', 'web')
    const ConsumerARN = arnOf('app')
    const invalid = (message: string) => ({ kind: 'InvalidArgument', message })
    const incomplete = invalid('Either ConsumerARN or both of StreamARN and ConsumerName must be provided.')
    const contradictory = invalid('ConsumerARN names another consumer than StreamARN and ConsumerName.')
    const cases = [
      [{}, incomplete],
      [{ StreamARN }, incomplete],
      [{ ConsumerName: 'app' }, incomplete],
      [{ ConsumerARN, ConsumerName: 'web' }, contradictory],
      [{ ConsumerARN, StreamARN: `${StreamARN}x` }, contradictory],
      [{ ConsumerARN: ConsumerARN.replace('stream/orders', 'stream/none') }, { kind: 'StreamNotFound', stream: 'none', account }],
      [{ ConsumerARN: 'arn:aws:kinesis:x:1:y' }, invalid('arn:aws:kinesis:x:1:y is not the ARN of a consumer.')],
      [
        { StreamARN, ConsumerName: 'none' },
        { kind: 'ResourceNotFound', message: `Consumer none under stream: orders, account ${account} not found.` },
      ],
      [
        { StreamARN: `${StreamARN}x`, ConsumerName: 'app' },
        { kind: 'StreamNotFound', stream: 'ordersx', account },
      ],
      [{ StreamARN: ConsumerARN, ConsumerName: 'app' }, invalid(`${ConsumerARN} is not the ARN of a stream.`)],
    ] as const
    for (const [input, refused] of cases) {
      assert.deepEqual(await plane.refusal('DescribeStreamConsumer', input), refused)
      assert.deepEqual(await plane.refusal('DeregisterStreamConsumer', input), refused)
    }
    await plane.output('DescribeStreamConsumer', { ConsumerARN, StreamARN, ConsumerName: 'app' })
  }))

test('pages of consumers show every one once, by name', () =>
  onStream(async (plane) => {
    await register(plane, 'c', 'a', 'B', 'd', 'b')
    const seen: string[] = []
    let NextToken: string | undefined
    do {
      const page = await plane.output('ListStreamConsumers', { StreamARN, MaxResults: 2, ...(NextToken ? { NextToken } : {}) })
      seen.push(...(page.Consumers ?? []).map(({ ConsumerName }) => ConsumerName))
      NextToken = page.NextToken
    } while (NextToken)
    assert.deepEqual(seen, ['B', 'a', 'b', 'c', 'd'])
  }))

test('a token of consumers is good for their stream, for its time, and without a creation timestamp beside it', () =>
  onStream(async (plane) => {
    await register(plane, 'a', 'b')
    const StreamCreationTimestamp = new Date(createdMs)
    const { NextToken = '' } = await plane.output('ListStreamConsumers', { StreamARN, StreamCreationTimestamp, MaxResults: 1 })
    const refusal = (input: object) => plane.refusal('ListStreamConsumers', { StreamARN, ...input })
    const invalid = (message: string) => ({ kind: 'InvalidArgument', message })
    assert.deepEqual(
      await refusal({ NextToken, StreamCreationTimestamp }),
      invalid('NextToken and StreamCreationTimestamp cannot be provided together.'),
    )
    assert.deepEqual(await refusal({ StreamCreationTimestamp: new Date(0) }), {
      kind: 'StreamNotFound',
      stream: 'orders',
      account,
    })
    await plane.createActive({ StreamName: 'ordersx', ShardCount: 1 })
    assert.deepEqual(await refusal({ NextToken, StreamARN: `${StreamARN}x` }), invalid('Invalid NextToken.'))
    assert.deepEqual(await refusal({ NextToken: 'x' }), invalid('Invalid NextToken.'))
    plane.clock.advance(300_001)
    assert.deepEqual(await refusal({ NextToken }), { kind: 'ExpiredNextToken', message: 'NextToken has expired.' })
  }))

test('a stream with consumers is deleted only with them', () =>
  onStream(async (plane) => {
    await register(plane, 'app')
    assert.deepEqual(await plane.refusal('DeleteStream', { StreamName: 'orders' }), {
      kind: 'ResourceInUse',
      message:
        `DeleteStream can't delete ${StreamARN} because there are consumers associated with this data stream. To delete orders ` +
        'anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the consumers that are associated ' +
        'with it.',
    })
    await plane.output('DeleteStream', { StreamName: 'orders', EnforceConsumerDeletion: true })
    await plane.output('DeleteStream', { StreamName: 'orders' })
    const { ConsumerDescription } = await plane.output('DescribeStreamConsumer', { ConsumerARN: arnOf('app') })
    assert.equal(ConsumerDescription.ConsumerStatus, 'DELETING')
    await plane.settle()
    assert.equal((await plane.refusal('DescribeStreamConsumer', { ConsumerARN: arnOf('app') })).kind, 'StreamNotFound')
  }))
