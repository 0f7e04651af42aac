import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'
import { type AccountId, err, ok, type Region } from '@millrace/model'
import type { WireRequest, WireResponse } from '../http/request.js'
import type { OperationHandler, ServiceParts } from './operation.js'
import { createService } from './service.js'

const json = 'application/x-amz-json-1.1'

function request(target: string | undefined, body: string, extra: Record<string, string> = {}, method = 'POST'): WireRequest {
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
    signal: new AbortController().signal,
  }
}

function service(handlers: Record<string, OperationHandler>, parts: Partial<ServiceParts> = {}, faults: unknown[] = []) {
  const principal = { account: '000000000000' as AccountId, arn: 'arn:aws:iam::000000000000:root', accessKeyId: 'AK' }
  const all: ServiceParts = {
    authenticate: () => ok({ principal, account: principal.account, region: 'us-east-1' as Region }),
    authorize: () => ok(undefined),
    handlers: new Map(Object.entries(handlers)),
    ...parts,
  }
  return createService([{ model: serviceModel('kinesis'), parts: all }], { onFault: (fault) => faults.push(fault) })
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
