import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { endpoint, endpointOf } from './client/endpoint.js'
import { assertError } from './client/expect.js'
import { type Answer, freshRegion, type Json, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { create, createStream, freshName, iterator } from './client/streams.js'

/** A server of its own: the shared one has its limits off. */
const server = noServerOfOwn === false ? await Standalone.start({ MILLRACE_LIMITS: 'on' }) : undefined
after(() => server?.remove())
const limited = new Kinesis(server === undefined ? await endpoint() : endpointOf(server), freshRegion())

const shard = 'shardId-000000000000'
const exceeded = 'ProvisionedThroughputExceededException'
const rateExceeded = (stream: string) => `Rate exceeded for shard ${shard} in stream ${stream} under account ${limited.account}.`
const readRateExceeded = (stream: string) => `Rate exceeded for Shard - ${limited.account}/${stream}/${shard}`
const records = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, i) => ({ PartitionKey: String(i), Data: randomBytes(bytes).toString('base64') }))
const putRecords = (stream: string, Records: unknown[]): Promise<Json> =>
  limited.ok('PutRecords', { StreamName: stream, Records })
const failed = (answers: Json[]): Json[] =>
  answers.flatMap((answer) => answer.Records).filter((record: Json) => record.ErrorCode !== undefined)

suite('a shard', { skip: noServerOfOwn }, () => {
  test('takes 1,000 records a second, and refuses the others one by one, in their places', async () => {
    const name = await createStream(limited, { ShardCount: 1 })
    const startMs = Date.now()
    const answers = await Promise.all(Array.from({ length: 4 }, () => putRecords(name, records(500, 10))))
    const seconds = (Date.now() - startMs) / 1000
    const refused = failed(answers)
    assert.ok(2000 - refused.length <= 1000 + seconds * 1000 + 1, `${2000 - refused.length} records were taken in ${seconds} s`)
    for (const one of refused) assert.deepEqual(one, { ErrorCode: exceeded, ErrorMessage: rateExceeded(name) })
    for (const answer of answers) assert.equal(answer.FailedRecordCount, failed([answer]).length)
    await sleep(1100)
    const stored = await limited.ok('GetRecords', { ShardIterator: await iterator(limited, name) })
    const taken = answers.flatMap((answer) => answer.Records).filter((record) => record.SequenceNumber !== undefined)
    assert.deepEqual(
      stored.Records.map((record: Json) => record.SequenceNumber),
      taken.map((record) => record.SequenceNumber).sort(),
    )
  })

  test('takes 1 MiB a second', async () => {
    const name = await createStream(limited, { ShardCount: 1 })
    const startMs = Date.now()
    const answers = await Promise.all(Array.from({ length: 4 }, () => putRecords(name, records(8, 100 * 1024))))
    const seconds = (Date.now() - startMs) / 1000
    const takenBytes = (32 - failed(answers).length) * 100 * 1024
    assert.ok(takenBytes <= 1024 * 1024 * (1 + seconds) + 100 * 1024, `${takenBytes} bytes were taken in ${seconds} s`)
  })

  test('refuses a single record in the same words', async () => {
    const name = await createStream(limited, { ShardCount: 1 })
    const put = () =>
      limited.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: randomBytes(512 * 1024).toString('base64') })
    const answers = await Promise.all(Array.from({ length: 20 }, put))
    const refused = answers.filter((answer) => answer.status !== 200)
    assert.ok(refused.length > 0)
    for (const answer of refused) assertError(answer, exceeded, rateExceeded(name))
  })

  test('does not make another shard pay', async () => {
    const name = await createStream(limited, { ShardCount: 2 })
    const half = 2n ** 127n
    const to = (hashKey: bigint, count: number) =>
      records(count, 10).map((record) => ({ ...record, ExplicitHashKey: String(hashKey) }))
    await Promise.all(Array.from({ length: 4 }, () => putRecords(name, to(0n, 500))))
    assert.equal((await putRecords(name, to(half, 100))).FailedRecordCount, 0)
  })

  test('takes one record of 10 MiB, and then nothing for a while', async () => {
    const name = await createStream(limited, { ShardCount: 1, MaxRecordSizeInKiB: 10240 })
    await limited.ok('PutRecord', {
      StreamName: name,
      PartitionKey: 'a',
      Data: randomBytes(10 * 1024 * 1024 - 1).toString('base64'),
    })
    assertError(
      await limited.call('PutRecord', { StreamName: name, PartitionKey: 'a', Data: 'AAAA' }),
      exceeded,
      rateExceeded(name),
    )
  })

  test('is read five times a second', async () => {
    const name = await createStream(limited, { ShardCount: 1 })
    const ShardIterator = await iterator(limited, name)
    const startMs = Date.now()
    const answers: Answer[] = await Promise.all(Array.from({ length: 20 }, () => limited.call('GetRecords', { ShardIterator })))
    const seconds = (Date.now() - startMs) / 1000
    const refused = answers.filter((answer) => answer.status !== 200)
    assert.ok(20 - refused.length <= 5 + seconds * 5 + 1, `${20 - refused.length} reads were served in ${seconds} s`)
    for (const answer of refused) assertError(answer, exceeded, readRateExceeded(name))
    await sleep(1100)
    await limited.ok('GetRecords', { ShardIterator })
  })

  test('gives five iterators a second, of whatever type', async () => {
    const StreamName = await createStream(limited, { ShardCount: 1 })
    const startMs = Date.now()
    const types = ['LATEST', 'TRIM_HORIZON']
    const answers: Answer[] = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        limited.call('GetShardIterator', { StreamName, ShardId: shard, ShardIteratorType: types[i % 2] }),
      ),
    )
    const seconds = (Date.now() - startMs) / 1000
    const refused = answers.filter((answer) => answer.status !== 200)
    assert.ok(20 - refused.length <= 5 + seconds * 5 + 1, `${20 - refused.length} iterators were given in ${seconds} s`)
    assert.ok(refused.length > 0)
    for (const answer of refused) assertError(answer, exceeded, readRateExceeded(StreamName))
  })

  test('is not read again right after 10 MiB of it were', async () => {
    const name = await createStream(limited, { ShardCount: 1, MaxRecordSizeInKiB: 10240 })
    await limited.ok('PutRecord', {
      StreamName: name,
      PartitionKey: 'a',
      Data: randomBytes(10 * 1024 * 1024 - 1).toString('base64'),
    })
    const ShardIterator = await iterator(limited, name)
    const startMs = Date.now()
    assert.equal((await limited.ok('GetRecords', { ShardIterator })).Records.length, 1)
    const again = await limited.call('GetRecords', { ShardIterator })
    // A slow machine may take longer over the first answer than the shard over what it cost.
    if (again.status === 200) assert.ok(Date.now() - startMs > 4000, 'the second read was served within 4 s')
    else assertError(again, exceeded, readRateExceeded(name))
  })
})

suite('an account', { skip: noServerOfOwn }, () => {
  test('creates five streams a second, and no more', async () => {
    const region = new Kinesis(limited.endpoint, freshRegion())
    const startMs = Date.now()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => region.call('CreateStream', { StreamName: freshName(), ShardCount: 1 })),
    )
    const seconds = (Date.now() - startMs) / 1000
    const refused = answers.filter((answer) => answer.status !== 200)
    assert.ok(20 - refused.length <= 5 + seconds * 5 + 1, `${20 - refused.length} streams were created in ${seconds} s`)
    for (const answer of refused) assert.equal(answer.body.__type, 'LimitExceededException')
  })

  test('has no more shards than its quota', async () => {
    const region = new Kinesis(limited.endpoint, freshRegion())
    const one = freshName()
    await create(region, { StreamName: one, ShardCount: 3 })
    const answer = await region.call('CreateStream', { StreamName: freshName(), ShardCount: 20_000 })
    const text = new RegExp(
      `^This request would exceed the shard limit for the account ${region.account} in ${region.region}\\. Current shard count for the account: 3\\. Limit: 20000\\. Number of additional shards that would have resulted from this request: 20000\\. `,
    )
    assertError(answer, 'LimitExceededException', text)
  })
})
