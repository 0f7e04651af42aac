import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'
import { type AccountId, type DomainError, err, ok, type Region } from '@millrace/model'
import { cborBody } from '../fuzz/cbor-body.js'
import { jsonBody } from '../fuzz/json-body.js'
import { mutated } from '../fuzz/mutate.js'
import { putRecordInput, putRecordsInput } from '../fuzz/put-input.js'
import { SeededRandom } from '../fuzz/random.js'
import { AnswerReader } from '../http/answer-reader.js'
import type { WireRequest, WireResponse } from '../http/request.js'
import type { PutResults } from '../record/put-records.js'
import type { OperationHandler, ServiceParts } from './operation.js'
import { createService } from './service.js'

const json = 'application/x-amz-json-1.1'

function request(
  target: string | undefined,
  body: string | Buffer,
  extra: Record<string, string> = {},
  method = 'POST',
): WireRequest {
  const headers = new Map(Object.entries({ 'content-type': json, ...(target ? { 'x-amz-target': target } : {}), ...extra }))
  return {
    protocol: 'http/1.1',
    secure: false,
    remoteAddress: '127.0.0.1',
    method,
    target: '/',
    headers: { get: (name) => headers.get(name), entries: () => headers },
    body: Buffer.from(body),
    bodySha256: '',
    reader: new AnswerReader(),
    signal: new AbortController().signal,
  }
}

function parts(handlers: Record<string, OperationHandler>, given: Partial<ServiceParts> = {}): ServiceParts {
  const principal = { account: '000000000000' as AccountId, arn: 'arn:aws:iam::000000000000:root', accessKeyId: 'AK' }
  return {
    authenticate: () => ok({ principal, account: principal.account, region: 'us-east-1' as Region }),
    authorize: () => ok(undefined),
    handlers: new Map(Object.entries(handlers)),
    ...given,
  }
}

function service(handlers: Record<string, OperationHandler>, given: Partial<ServiceParts> = {}, faults: unknown[] = []) {
  return createService([{ model: serviceModel('kinesis'), parts: parts(handlers, given) }], {
    onFault: (fault) => faults.push(fault),
  })
}

function textOf(response: WireResponse): string {
  assert.equal(response.body.kind, 'bytes')
  return response.body.kind === 'bytes' ? Buffer.from(response.body.bytes).toString() : ''
}

function headerOf(response: WireResponse, name: string): string | undefined {
  return response.headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

const describe: OperationHandler = {
  form: 'value',
  handle: async () => ok({ StreamNames: ['a'], HasMoreStreams: false, NextToken: undefined, NotInTheModel: 1 }),
}

test('an operation answers with what its handler returns, by the model', async () => {
  const response = await service({ ListStreams: describe })(request('Kinesis_20131202.ListStreams', '{}'))
  assert.equal(response.status, 200)
  assert.deepEqual(JSON.parse(textOf(response)), { StreamNames: ['a'], HasMoreStreams: false })
  assert.equal(headerOf(response, 'content-type'), json)
  assert.match(headerOf(response, 'x-amzn-requestid') ?? '', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.equal(Buffer.from(headerOf(response, 'x-amz-id-2') ?? '', 'base64').length, 72)
})

test('an operation without output answers an empty body', async () => {
  const create: OperationHandler = { form: 'value', handle: async () => ok(undefined) }
  const response = await service({ CreateStream: create })(request('Kinesis_20131202.CreateStream', '{"StreamName":"a"}'))
  assert.deepEqual([response.status, textOf(response)], [200, ''])
})

test('an operation of the model without a handler is one that the server does not have', async () => {
  const response = await service({})(request('Kinesis_20131202.MergeShards', '{}'))
  assert.deepEqual([response.status, textOf(response)], [400, '{"__type":"UnknownOperationException"}'])
})

test('a malformed body wins over missing authentication, which wins over a type error', async () => {
  const handle = service({ ListStreams: describe }, { authenticate: () => err({ kind: 'MissingAuthenticationToken' }) })
  const malformed = await handle(request('Kinesis_20131202.ListStreams', '{"Limit":"x"'))
  assert.deepEqual([malformed.status, textOf(malformed)], [400, '{"__type":"SerializationException"}'])
  const mistyped = await handle(request('Kinesis_20131202.ListStreams', '{"Limit":"x"}'))
  const missing = '{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}'
  assert.deepEqual([mistyped.status, textOf(mistyped)], [400, missing])
})

test('a handler that throws gives InternalFailure and a report', async () => {
  const faults: unknown[] = []
  const broken: OperationHandler = { form: 'value', handle: () => Promise.reject(new Error('broken')) }
  const response = await service({ ListStreams: broken }, {}, faults)(request('Kinesis_20131202.ListStreams', '{}'))
  assert.deepEqual([response.status, textOf(response)], [500, '{"__type":"InternalFailure"}'])
  assert.equal(faults.length, 1)
})

test('all violations are reported before the handler is asked', async () => {
  const response = await service({ ListStreams: describe })(request('Kinesis_20131202.ListStreams', '{"Limit":0,"NextToken":""}'))
  assert.deepEqual(JSON.parse(textOf(response)), {
    __type: 'ValidationException',
    message:
      "2 validation errors detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1; " +
      "Value '' at 'nextToken' failed to satisfy constraint: Member must have length greater than or equal to 1",
  })
})

test('a browser may ask what it may send, and is shown the ids of what it sent', async () => {
  const handle = service({ ListStreams: describe })
  const asked = { origin: 'http://x', 'access-control-request-headers': 'a, b', 'access-control-request-method': 'd' }
  const preflight = await handle(request(undefined, '', asked, 'OPTIONS'))
  assert.deepEqual([preflight.status, textOf(preflight)], [200, ''])
  assert.equal(headerOf(preflight, 'access-control-allow-headers'), 'a, b')
  assert.equal(headerOf(preflight, 'access-control-allow-methods'), 'd')
  assert.equal(headerOf(preflight, 'access-control-max-age'), '172800')
  for (const absent of ['x-amz-id-2', 'content-type']) assert.equal(headerOf(preflight, absent), undefined)
  const answered = await handle(request('Kinesis_20131202.ListStreams', '{}', { origin: 'http://x' }))
  assert.equal(headerOf(answered, 'access-control-allow-origin'), '*')
  assert.match(headerOf(answered, 'access-control-expose-headers') ?? '', /x-amzn-RequestId.*x-amz-id-2/)
})

const stored: PutResults = {
  recordCount: 1,
  failedCount: 0,
  encrypted: false,
  errorOf: () => undefined,
  shardIdOf: () => 'shardId-000000000000',
  writeSequenceNumber: (_, target, at) => target.fill('4', at, at + 56),
}

/** Decodes its records, or refuses them all, or finds them undecodable. */
function putHandler(seen: string[], refusal?: DomainError): OperationHandler {
  return {
    form: 'put',
    async handle(_, source) {
      if (refusal) return err(refusal)
      const data = Buffer.alloc(source.dataLength(0))
      if (!source.writeData(0, data, 0)) return 'undecodable'
      seen.push(`${source.streamName} ${data}`)
      return ok(stored)
    },
  }
}

test('a put is answered the same from the scan and from the interpreter', async () => {
  const seen: string[] = []
  const handle = service({ PutRecord: putHandler(seen) })
  const usual = await handle(request('Kinesis_20131202.PutRecord', '{"StreamName":"s","Data":"YWJj","PartitionKey":"k"}'))
  const escaped = await handle(request('Kinesis_20131202.PutRecord', '{"StreamName":"\\u0073","Data":"YWJj","PartitionKey":"k"}'))
  assert.deepEqual(seen, ['s abc', 's abc'])
  assert.equal(textOf(usual), `{"ShardId":"shardId-000000000000","SequenceNumber":"${'4'.repeat(56)}"}`)
  assert.equal(textOf(escaped), textOf(usual))
})

test('data that is no base64 is what AWS complains of first, whatever else refuses the put', async () => {
  const body = '{"StreamName":"s","Data":"AA-_","PartitionKey":"k"}'
  const complaint = "'AA-_' can not be converted to a Blob: Invalid Base64 character: '-'"
  const missing: DomainError = { kind: 'StreamNotFound', stream: 's', account: '0' }
  const denied: Partial<ServiceParts> = { authorize: () => err({ kind: 'AccessDenied', message: 'no' }) }
  for (const handle of [
    service({ PutRecord: putHandler([]) }),
    service({ PutRecord: putHandler([], missing) }),
    service({ PutRecord: putHandler([]) }, denied),
  ]) {
    const response = await handle(request('Kinesis_20131202.PutRecord', body))
    assert.deepEqual(
      [response.status, JSON.parse(textOf(response))],
      [400, { __type: 'SerializationException', Message: complaint }],
    )
  }
})

test('no input whatever makes an operation fail', async () => {
  const faults: unknown[] = []
  const all = Object.keys(serviceModel('kinesis').operations)
  const nothing: OperationHandler = { form: 'value', handle: async () => ok({}) }
  const handle = service(Object.fromEntries(all.map((name) => [name, nothing])), {}, faults)
  const random = new SeededRandom(7)
  for (let round = 0; round < 600; round++) {
    const isJson = random.chance(50)
    const input = random.chance(50) ? putRecordsInput(random, 40) : putRecordInput(random, 40)
    const body = mutated(isJson ? jsonBody(input, random, 20) : cborBody(input, random, 20), random)
    const extra = { 'content-type': isJson ? json : 'application/x-amz-cbor-1.1' }
    const { status } = await handle(request(`Kinesis_20131202.${random.pick(all)}`, body, extra))
    assert.ok(status === 200 || status === 400, body.toString('latin1'))
  }
  assert.deepEqual(faults, [])
})

test('every answer is told of, with its operation and the error that it says', async () => {
  const told: unknown[] = []
  const handle = createService([{ model: serviceModel('kinesis'), parts: parts({ ListStreams: describe }) }], {
    onFault: () => {},
    onAnswer: (...answer) => told.push(answer),
  })
  await handle(request('Kinesis_20131202.ListStreams', '{}'))
  await handle(request('Kinesis_20131202.ListStreams', '{"Limit":0}'))
  await handle(request('Kinesis_20131202.NoSuch', '{}'))
  assert.deepEqual(told, [
    ['ListStreams', undefined],
    ['ListStreams', 'ValidationException'],
    [undefined, 'UnknownOperationException'],
  ])
})
