import { after, suite, test } from 'node:test'
import { endpointOf } from './client/endpoint.js'
import { assertError, streamNotFound } from './client/expect.js'
import { freshRegion, Kinesis, kinesis } from './client/kinesis.js'
import { hashKeyEnd, merge, middle, scale, shardId, split } from './client/shards.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { active, createStream } from './client/streams.js'

const api = await kinesis()
const stream = await createStream(api, { ShardCount: 3 })
const under = `in stream ${stream} under account ${api.account}`
const notFound = 'ResourceNotFoundException'
const invalid = 'InvalidArgumentException'
const tooMuch = 'LimitExceededException'

suite('a shard that cannot be resharded', () => {
  const operations = [
    ['SplitShard', (name: string, id: string) => ({ ...split(name, 0, middle), ShardToSplit: id })],
    ['MergeShards', (name: string, id: string) => ({ ...merge(name, 0, 1), ShardToMerge: id })],
    ['MergeShards', (name: string, id: string) => ({ ...merge(name, 0, 1), AdjacentShardToMerge: id })],
  ] as const
  for (const [operation, input] of operations) {
    test(`is not found by ${operation} ${JSON.stringify(Object.keys(input('s', '0')))}`, async () => {
      const couldNot = (id: string, name: string) => `Could not find shard ${id} in stream ${name} under account ${api.account}.`
      for (const id of ['abc', 'shardId-2147483648', '0_']) {
        for (const name of [stream, 'nobody']) {
          assertError(await api.call(operation, input(name, id)), notFound, couldNot(id, name))
        }
      }
      assertError(await api.call(operation, input(stream, '7')), notFound, couldNot(shardId(7), stream))
      assertError(await api.call(operation, input('nobody', '0')), notFound, streamNotFound(api, 'nobody'))
    })
  }

  test('has been split or merged already', async () => {
    const name = await createStream(api, { ShardCount: 2 })
    await api.ok('SplitShard', split(name, 0, 1000n))
    await active(api, name)
    const text =
      `Shard ${shardId(0)} in stream ${name} under account ${api.account} has already been merged or split, and thus is not ` +
      'eligible for merging or splitting.'
    assertError(await api.call('SplitShard', split(name, 0, 2000n)), invalid, text)
    assertError(await api.call('MergeShards', merge(name, 0, 1)), invalid, text)
    assertError(await api.call('MergeShards', merge(name, 1, 0)), invalid, text)
  })

  test('is split at a key that is not inside it', async () => {
    const { Shards } = await active(api, stream)
    const { StartingHashKey, EndingHashKey } = Shards[1].HashKeyRange
    const start = BigInt(StartingHashKey)
    for (const key of [0n, start, start + 1n, BigInt(EndingHashKey), hashKeyEnd - 1n, hashKeyEnd, 10n ** 39n - 1n]) {
      const text =
        `NewStartingHashKey ${key} used in SplitShard() on shard ${shardId(1)} ${under} is not both greater than one plus the ` +
        `shard's StartingHashKey ${StartingHashKey} and less than the shard's EndingHashKey ${EndingHashKey}.`
      assertError(await api.call('SplitShard', split(stream, 1, key)), invalid, text)
    }
  })

  test('is merged with one that does not follow it', async () => {
    for (const [one, other] of [
      [1, 0],
      [0, 2],
      [0, 0],
    ] as const) {
      const text = `Shards ${shardId(one)} and ${shardId(other)} ${under} are not an adjacent pair of shards eligible for merging`
      assertError(await api.call('MergeShards', merge(stream, one, other)), invalid, text)
    }
  })
})

suite('a stream that cannot be resharded', () => {
  test('is there no more, or not yet', async () => {
    assertError(await api.call('UpdateShardCount', scale('nobody', 2)), notFound, streamNotFound(api, 'nobody'))
  })

  test('is UPDATING', async () => {
    const name = await createStream(api, { ShardCount: 2 })
    await api.ok('MergeShards', merge(name, 0, 1))
    const text = `Stream ${name} under account ${api.account} not ACTIVE, instead in state UPDATING`
    const calls = [
      ['SplitShard', split(name, 0, 1000n)],
      ['MergeShards', merge(name, 0, 1)],
      ['UpdateShardCount', scale(name, 3)],
    ] as const
    for (const [operation, input] of calls) assertError(await api.call(operation, input), 'ResourceInUseException', text)
  })

  test('is on demand', async () => {
    const name = await createStream(api, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } })
    const text = `Request is invalid. Stream ${name} under account ${api.account} is in On-Demand mode.`
    const calls = [
      ['SplitShard', split(name, 0, 1000n)],
      ['MergeShards', merge(name, 0, 1)],
      ['UpdateShardCount', scale(name, 5)],
    ] as const
    for (const [operation, input] of calls) assertError(await api.call(operation, input), 'ValidationException', text)
  })

  test('would be more than doubled, less than halved, or too large', async () => {
    const counts = (target: number) => `Current open shard count: 3 Target shard count: ${target}`
    const above = `UpdateShardCount cannot scale up over double your current open shard count. ${counts(7)}`
    assertError(await api.call('UpdateShardCount', scale(stream, 7)), tooMuch, above)
    const four = await createStream(api, { ShardCount: 4 })
    const below =
      'UpdateShardCount cannot scale down below half your current open shard count. ' +
      'Current open shard count: 4 Target shard count: 1'
    assertError(await api.call('UpdateShardCount', scale(four, 1)), tooMuch, below)
    const max = `Target shard count or number of open shards cannot be greater than 10000. ${counts(10_001)}`
    assertError(await api.call('UpdateShardCount', scale(stream, 10_001)), tooMuch, max)
  })
})

suite('where limits are narrow', { skip: noServerOfOwn }, async () => {
  const env = { MILLRACE_LIMITS: 'on', MILLRACE_SHARD_QUOTA: '4', MILLRACE_SCALINGS_PER_DAY_MAX: '1' }
  const server = noServerOfOwn === false ? await Standalone.start(env) : undefined
  after(() => server?.remove())
  const narrow = () => new Kinesis(server ? endpointOf(server) : api.endpoint, freshRegion())

  test('an account that has all its shards gets no more', async () => {
    const limited = narrow()
    const name = await createStream(limited, { ShardCount: 4 })
    const text = (additional: number) =>
      `This request would exceed the shard limit for the account ${limited.account} in ${limited.region}. Current shard count for ` +
      `the account: 4. Limit: 4. Number of additional shards that would have resulted from this request: ${additional}. Refer to the ` +
      'AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to ' +
      'request higher limits.'
    assertError(await limited.call('SplitShard', split(name, 0, 1000n)), tooMuch, text(1))
    assertError(await limited.call('UpdateShardCount', scale(name, 7)), tooMuch, text(3))
    await limited.ok('MergeShards', merge(name, 0, 1))
  })

  test('a stream is scaled so often in 24 hours', async () => {
    const limited = narrow()
    const name = await createStream(limited, { ShardCount: 1 })
    await limited.ok('UpdateShardCount', scale(name, 2))
    await active(limited, name)
    const text = `Stream ${name} under account ${limited.account} cannot be scaled more than 1 times in a rolling 24-hour period.`
    assertError(await limited.call('UpdateShardCount', scale(name, 3)), tooMuch, text)
  })
})
