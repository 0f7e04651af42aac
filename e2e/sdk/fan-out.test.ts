import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type KinesisClient,
  ResourceInUseException,
  type StartingPosition,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
} from '@aws-sdk/client-kinesis'
import { consumerGone, registerConsumer } from '../api/client/consumers.js'
import { endpointOf } from '../api/client/endpoint.js'
import { type Json, Kinesis, kinesis } from '../api/client/kinesis.js'
import { noServerOfOwn, Standalone } from '../api/client/standalone.js'
import { active, createStream } from '../api/client/streams.js'
import { everySdk, sdkVariants } from './client/variants.js'

const api = await kinesis()
const shardOf = (index: number) => `shardId-${String(index).padStart(12, '0')}`

const ends = new WeakMap<KinesisClient, AbortController>()

function endOf(client: KinesisClient): AbortController {
  const end = ends.get(client) ?? new AbortController()
  ends.set(client, end)
  return end
}

/** `destroy` alone leaves streams open that are under way. */
function end(client: KinesisClient): void {
  endOf(client).abort()
  client.destroy()
}

/** The events of a subscription; throws what the server sends as an exception. */
class Subscription {
  private constructor(private readonly events: AsyncIterator<{ SubscribeToShardEvent?: SubscribeToShardEvent | undefined }>) {}

  /** It lasts as long as the client. */
  static async begin(client: KinesisClient, ConsumerARN: string, shard: number, StartingPosition: StartingPosition) {
    const command = new SubscribeToShardCommand({ ConsumerARN, ShardId: shardOf(shard), StartingPosition })
    const output = await client.send(command, { abortSignal: endOf(client).signal })
    assert.ok(output.EventStream)
    return new Subscription(output.EventStream[Symbol.asyncIterator]())
  }

  /** Undefined: the stream has ended. */
  async next(): Promise<SubscribeToShardEvent | undefined> {
    const { done, value } = await this.events.next()
    return done ? undefined : value.SubscribeToShardEvent
  }

  /** Sequence numbers of so many records, however they are spread over events. */
  async records(count: number): Promise<string[]> {
    const got: string[] = []
    while (got.length < count) {
      const event = await this.next()
      assert.ok(event, 'the stream ended early')
      got.push(...(event.Records ?? []).map((record) => record.SequenceNumber as string))
    }
    return got
  }
}

async function put(StreamName: string, ...data: string[]): Promise<string[]> {
  const Records = data.map((text) => ({ PartitionKey: 'k', Data: Buffer.from(text).toString('base64') }))
  const { Records: put } = await api.ok('PutRecords', { StreamName, Records })
  return put.map((record: Json) => record.SequenceNumber)
}

everySdk('SubscribeToShard by the AWS SDK for JavaScript', api, async (client) => {
  after(() => end(client))
  const stream = await createStream(api, { ShardCount: 1 })
  const [first, second] = [await registerConsumer(api, stream), await registerConsumer(api, stream)]

  test('begins on an idle shard, says after a while that there is nothing, and shows each record that is put, in order', async () => {
    const calledMs = Date.now()
    const subscription = await Subscription.begin(client, first, 0, { Type: 'LATEST' })
    const idle = await subscription.next()
    assert.ok(Date.now() - calledMs >= 5_000, 'the first event came at once')
    assert.deepEqual([idle?.Records, idle?.MillisBehindLatest], [[], 0])
    assert.match(idle?.ContinuationSequenceNumber ?? '', /^[0-9]{56}$/)
    const wanted = [...(await put(stream, 'a', 'b')), ...(await put(stream, 'c'))]
    assert.deepEqual(await subscription.records(3), wanted)
    const SequenceNumber = idle?.ContinuationSequenceNumber
    const again = await Subscription.begin(client, second, 0, { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })
    const event = await again.next()
    assert.deepEqual(
      event?.Records?.map((record) => Buffer.from(record.Data ?? []).toString()),
      ['a', 'b', 'c'],
    )
    assert.equal(event?.ContinuationSequenceNumber, wanted[2])
  })

  test('a record of 10 MiB is an event of its own', async () => {
    const large = await createStream(api, { ShardCount: 1, MaxRecordSizeInKiB: 10_240 })
    const Data = Buffer.alloc(10 * 1024 * 1024 - 1, 'x')
    await api.ok('PutRecord', { StreamName: large, PartitionKey: 'k', Data: Data.toString('base64') })
    await put(large, 'small')
    const consumer = await registerConsumer(api, large)
    const subscription = await Subscription.begin(client, consumer, 0, { Type: 'TRIM_HORIZON' })
    const event = await subscription.next()
    assert.ok(Data.equals(event?.Records?.[0]?.Data ?? Buffer.alloc(0)))
    assert.equal((await subscription.records(1)).length, 1)
  })

  test('who does not read for a while is sent all that he missed', async () => {
    const consumer = await registerConsumer(api, stream)
    const subscription = await Subscription.begin(client, consumer, 0, { Type: 'LATEST' })
    const mebibyte = 'x'.repeat(1024 * 1024 - 1)
    const wanted: string[] = []
    for (let i = 0; i < 6; i++) wanted.push(...(await put(stream, mebibyte, mebibyte, mebibyte, mebibyte)))
    assert.deepEqual(await subscription.records(wanted.length), wanted)
  })

  test('a shard that is split ends with its children, and they are read on', async () => {
    const parent = await createStream(api, { ShardCount: 1 })
    const consumer = await registerConsumer(api, parent)
    const subscription = await Subscription.begin(client, consumer, 0, { Type: 'TRIM_HORIZON' })
    const wanted = await put(parent, 'before')
    await api.ok('SplitShard', {
      StreamName: parent,
      ShardToSplit: shardOf(0),
      NewStartingHashKey: String(2n ** 127n),
    })
    assert.deepEqual(await subscription.records(1), wanted)
    let event = await subscription.next()
    while (event?.ContinuationSequenceNumber !== undefined) event = await subscription.next()
    assert.deepEqual(event?.Records, [])
    assert.deepEqual(
      event?.ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards]),
      [1, 2].map((child) => [shardOf(child), [shardOf(0)]]),
    )
    assert.equal(await subscription.next(), undefined)
    const children = await Promise.all(
      [1, 2].map((child) => Subscription.begin(client, consumer, child, { Type: 'TRIM_HORIZON' })),
    )
    const later = await put(parent, 'after')
    assert.deepEqual(await Promise.race(children.map((child) => child.records(1))), later)
  })

  test('a consumer that is deregistered is served on, and cannot subscribe again; the end of its stream ends it', async () => {
    const doomed = await createStream(api, { ShardCount: 1 })
    const consumer = await registerConsumer(api, doomed)
    const subscription = await Subscription.begin(client, consumer, 0, { Type: 'LATEST' })
    await api.ok('DeregisterStreamConsumer', { ConsumerARN: consumer })
    await consumerGone(api, consumer)
    const wanted = await put(doomed, 'later')
    assert.deepEqual(await subscription.records(1), wanted)
    await assert.rejects(Subscription.begin(client, consumer, 0, { Type: 'LATEST' }), { name: 'ResourceNotFoundException' })
    await api.ok('DeleteStream', { StreamName: doomed })
    while (await subscription.next());
  })
})

const settledMs = 5_000

/** Calls until one is not refused: the subscription, and the last refusal with the time of its call. */
async function refusedUntilTaken(begin: () => Promise<Subscription>) {
  for (let last = { message: '', calledMs: 0 }; ; await sleep(100)) {
    const calledMs = Date.now()
    try {
      return { taken: await begin(), ...last }
    } catch (error) {
      assert.ok(error instanceof ResourceInUseException, String(error))
      last = { message: error.message, calledMs }
    }
  }
}

suite('SubscribeToShard', async () => {
  const [variant] = sdkVariants(api)
  assert.ok(variant)
  const [client, other] = [variant.client(), variant.client()]
  after(() => {
    end(client)
    end(other)
  })
  const stream = await createStream(api, { ShardCount: 4 })

  test('a call within five seconds of the one before is refused; a later one takes over, from whatever connection', async () => {
    const consumer = await registerConsumer(api, stream)
    const begin = (by: KinesisClient, shard: number) => Subscription.begin(by, consumer, shard, { Type: 'LATEST' })
    const name = consumer.split(/[/:]/).at(-2)
    const takeOver = async (shard: number) => {
      const calledMs = Date.now()
      const first = await begin(client, shard)
      const begunMs = Date.now()
      const refused = await refusedUntilTaken(() => begin(other, shard))
      assert.ok(Date.now() - calledMs >= settledMs, 'it was taken over too early')
      assert.ok(refused.calledMs - begunMs <= settledMs, 'it was refused too late')
      assert.equal(
        refused.message,
        `Another active subscription exists for this consumer: ${api.account}:${stream}:${shardOf(shard)}:${name}`,
      )
      while (await first.next());
      assert.deepEqual((await refused.taken.next())?.Records, [])
    }
    await Promise.all([0, 1, 2, 3].map(takeOver))
  })

  test('an event without records comes every five seconds', async () => {
    const subscription = await Subscription.begin(client, await registerConsumer(api, stream), 0, { Type: 'LATEST' })
    const [first, second] = [await subscription.next(), await subscription.next()]
    assert.deepEqual(second, first)
  })

  test('records of an encrypted stream come in the clear, and say that they are encrypted', async () => {
    const encrypted = await createStream(api, { ShardCount: 1 })
    const consumer = await registerConsumer(api, encrypted)
    await api.ok('StartStreamEncryption', { StreamName: encrypted, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' })
    await active(api, encrypted)
    await put(encrypted, 'secret')
    const subscription = await Subscription.begin(client, consumer, 0, { Type: 'TRIM_HORIZON' })
    const [record] = (await subscription.next())?.Records ?? []
    assert.deepEqual([Buffer.from(record?.Data ?? []).toString(), record?.EncryptionType], ['secret', 'KMS'])
  })

  test('a stop ends what is subscribed in good order', { skip: noServerOfOwn }, async () => {
    const server = await Standalone.start()
    const own = new Kinesis(endpointOf(server), 'us-east-1')
    const clients = sdkVariants(own).map((each) => each.client())
    const name = await createStream(own, { ShardCount: 1 })
    const subscriptions: Subscription[] = []
    for (const each of clients) {
      subscriptions.push(await Subscription.begin(each, await registerConsumer(own, name), 0, { Type: 'LATEST' }))
    }
    const ended = Promise.all(subscriptions.map((subscription) => subscription.next()))
    assert.equal(await server.stop(), 0)
    assert.deepEqual(new Set(await ended), new Set([undefined]))
    clients.forEach(end)
    await server.remove()
  })

  test('what is wrong with a call is said before any event', async () => {
    const ConsumerARN = await registerConsumer(api, stream)
    const call = async (input: Json) => {
      const good = { ConsumerARN, ShardId: '0', StartingPosition: { Type: 'LATEST' } }
      const { status, body } = await api.call('SubscribeToShard', { ...good, ...input })
      return [status, body?.__type, body?.message]
    }
    const unknown = `${api.arn(stream)}/consumer/unknown:1`
    assert.deepEqual(await call({ ConsumerARN: unknown }), [
      400,
      'ResourceNotFoundException',
      `Consumer unknown under stream: ${stream}, account ${api.account} not found.`,
    ])
    assert.deepEqual(await call({ ShardId: 'shardId-000000000009' }), [
      400,
      'ResourceNotFoundException',
      `Could not find shard shardId-000000000009 in stream ${stream} under account ${api.account}.`,
    ])
    const foreign = ConsumerARN.replace(api.account, '999999999999')
    assert.equal((await call({ ConsumerARN: foreign }))[1], 'AccessDeniedException')
    const position = (await call({ StartingPosition: { Type: 'LATEST', SequenceNumber: '1' } }))[1]
    assert.equal(position, 'InvalidArgumentException')
    const [, type, message] = await call({ ConsumerARN: 'x', ShardId: undefined })
    assert.equal(type, 'ValidationException')
    assert.match(message, /^2 validation errors detected: /)
    assert.equal((await call({ DryRun: true }))[1], 'DryRunOperationException')
  })
})
