import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { type CborValue, decodeCbor, encodeCbor } from '@millrace/testkit'
import { endpointOf } from './client/endpoint.js'
import { assertReplyHeaders } from './client/expect.js'
import { cborType, freshRegion, type Json, jsonType, Kinesis, kinesis, type Request } from './client/kinesis.js'
import { inJson } from './client/random.js'
import { ShiftedClock } from './client/shifted-clock.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { createStream, iterator, until } from './client/streams.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 1 })
const foreign = `arn:aws:kinesis:${api.region}:999999999999:stream/${name}`
const put = { StreamName: name, PartitionKey: 'a', Data: Buffer.from('a') }

interface Refused {
  readonly status: number
  readonly body: Json
}

/** The call in both encodings; `change`: what else differs from a good request. */
async function refusals(of: Kinesis, operation: string, input: CborValue, change: Partial<Request> = {}): Promise<Refused[]> {
  const bodies = [
    {
      type: jsonType,
      body: Buffer.from(JSON.stringify(inJson(input))),
      read: (bytes: Buffer): Json => JSON.parse(bytes.toString()),
    },
    { type: cborType, body: encodeCbor(input), read: (bytes: Buffer): Json => decodeCbor(bytes) },
  ]
  const all: Refused[] = []
  for (const { type, body, read } of bodies) {
    const headers = { 'Content-Type': type, 'X-Amz-Target': `Kinesis_20131202.${operation}` }
    const reply = await of.send({ body, ...change, headers: { ...headers, ...change.headers } })
    // Their date is that of the server's clock.
    if (of === api) assertReplyHeaders(reply)
    assert.equal(reply.headers.get('content-type'), type)
    all.push({ status: reply.status, body: read(reply.body) })
  }
  return all
}

function assertRefused(refused: readonly Refused[], code: string, message: RegExp | undefined, status = 400): void {
  for (const { body, ...rest } of refused) {
    assert.equal(body.__type, code, JSON.stringify(body))
    assert.equal(rest.status, status)
    if (message === undefined) assert.deepEqual(Object.keys(body), ['__type'])
    else assert.match(body.message ?? body.Message, message)
  }
}

/** One way to each error that a client can bring about at a server like any other. */
const ways: readonly (readonly [
  code: string,
  operation: string,
  input: CborValue,
  message: RegExp | undefined,
  change?: Partial<Request>,
])[] = [
  ['ValidationException', 'DescribeStream', { StreamName: '' }, /^2 validation errors detected: /],
  ['InvalidArgumentException', 'PutRecord', { ...put, ExplicitHashKey: String(2n ** 128n) }, /^Invalid ExplicitHashKey\. /],
  ['ResourceNotFoundException', 'DescribeStream', { StreamName: 'nobody' }, /^Stream nobody under account \d{12} not found\.$/],
  ['ResourceInUseException', 'CreateStream', { StreamName: name, ShardCount: 1 }, / already exists\.$/],
  ['LimitExceededException', 'CreateStream', { StreamName: 'large', ShardCount: 100_000 }, /./],
  [
    'AccessDeniedException',
    'DescribeStreamSummary',
    { StreamARN: foreign },
    /^User: arn:aws:iam::\d{12}:root is not authorized to perform: kinesis:DescribeStreamSummary on resource: arn:/,
  ],
  ['DryRunOperationException', 'PutRecord', { ...put, DryRun: true }, /would have succeeded/],
  ['KMSNotFoundException', 'StartStreamEncryption', { StreamName: name, EncryptionType: 'KMS', KeyId: 'alias/nobody' }, /./],
  ['SerializationException', 'DescribeStream', { StreamName: 5 }, /can not be converted to an String$/],
  ['UnknownOperationException', 'CreateQueue', {}, undefined],
  ['MissingAuthenticationTokenException', 'ListStreams', {}, /^Missing Authentication Token$/, { sign: false }],
  [
    'IncompleteSignatureException',
    'ListStreams',
    {},
    /^Authorization header requires /,
    { sign: false, headers: { Authorization: 'X' } },
  ],
  ['InvalidSignatureException', 'ListStreams', {}, /^Signature expired: /, { sign: { at: new Date(0) } }],
  ['UnrecognizedClientException', 'ListStreams', {}, /^The security token /, { headers: { 'X-Amz-Security-Token': 'a' } }],
]

suite('an error has the same code, status and text in JSON and in CBOR', () => {
  for (const [code, operation, input, message, change] of ways) {
    test(code, async () => {
      const refused = await refusals(api, operation, input, change)
      assertRefused(refused, code, message)
      if (code !== 'InvalidSignatureException') assert.deepEqual(refused[1], refused[0])
    })
  }
})

suite('a server whose disk is full to the reserve', { skip: noServerOfOwn }, async () => {
  const own = await Standalone.start({ MILLRACE_DISK_RESERVE_BYTES: String(2 ** 50) })
  after(() => own.remove())
  const full = new Kinesis(endpointOf(own), freshRegion())

  test('refuses a record for now, and every record of a batch by itself', async () => {
    const StreamName = await createStream(full, { ShardCount: 2 })
    const one = { PartitionKey: 'a', Data: Buffer.from('a') }
    const alone = await refusals(full, 'PutRecord', { StreamName, ...one })
    assertRefused(alone, 'ServiceUnavailable', /temporary/, 503)
    for (const { status, body } of await refusals(full, 'PutRecords', {
      StreamName,
      Records: [one, { ...one, PartitionKey: 'b' }],
    })) {
      assert.equal(status, 200)
      assert.equal(body.FailedRecordCount, 2)
      for (const record of body.Records)
        assert.deepEqual(record, { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal Service Failure' })
    }
    assert.deepEqual((await full.ok('GetRecords', { ShardIterator: await iterator(full, StreamName) })).Records, [])
  })
})

suite('a server whose limits are on', { skip: noServerOfOwn }, async () => {
  const own = await Standalone.start({ MILLRACE_LIMITS: 'on' })
  after(() => own.remove())
  const limited = new Kinesis(endpointOf(own), freshRegion())

  /** The refusals of a call that comes right after many of its kind; while one passes, there were not enough. */
  const beyond = (operation: string, input: CborValue): Promise<Refused[]> =>
    until(
      async () => {
        await Promise.all(Array.from({ length: 20 }, () => limited.call(operation, input)))
        return refusals(limited, operation, input)
      },
      (refused) => refused.every(({ status }) => status === 400),
    )

  test('refuses what is beyond the rate of a shard, and calls beyond that of an account', async () => {
    const StreamName = await createStream(limited, { ShardCount: 1 })
    const ShardIterator = await iterator(limited, StreamName)
    const rate = await beyond('GetRecords', { ShardIterator })
    assertRefused(rate, 'ProvisionedThroughputExceededException', /^Rate exceeded for Shard - /)
    assertRefused(await beyond('ListStreams', {}), 'LimitExceededException', /^Rate exceeded for account \d{12}\.$/)
  })
})

suite('a server whose clock went on for more than five minutes', { skip: noServerOfOwn }, async () => {
  const clock = new ShiftedClock()
  const own = await Standalone.start(clock.env)
  after(async () => {
    await own.remove()
    clock.remove()
  })
  const late = new Kinesis(endpointOf(own), freshRegion())

  test('takes no iterator and no page token of before', async () => {
    const names = [await createStream(late, { ShardCount: 2 }), await createStream(late, { ShardCount: 1 })]
    const ShardIterator = await iterator(late, names[0] as string)
    const streams = (await late.ok('ListStreams', { Limit: 1 })).NextToken
    const shards = (await late.ok('ListShards', { StreamName: names[0], MaxResults: 1 })).NextToken

    await own.stop()
    const shiftMs = 301_000
    clock.shift(shiftMs)
    await own.startAgain()

    const signed = { sign: { at: new Date(Date.now() + shiftMs) } }
    const date = String.raw`[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}`
    assertRefused(
      await refusals(late, 'GetRecords', { ShardIterator }, signed),
      'ExpiredIteratorException',
      new RegExp(
        `^Iterator expired\\. The iterator was created at time ${date} while right now it is ${date} which is further in the future than the tolerated delay of 300000 milliseconds\\.$`,
      ),
    )
    assertRefused(await refusals(late, 'ListStreams', { NextToken: streams }, signed), 'ExpiredNextTokenException', /./)
    assertRefused(await refusals(late, 'ListShards', { NextToken: shards }, signed), 'ExpiredNextTokenException', /./)
  })
})
