import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cborCodec } from '../codec/cbor/cbor-codec.js'
import type { WireRequest } from '../http/request.js'
import type { Operation } from '../service/operation-table.js'
import { locateByTarget } from './aws-json.js'

const json = 'application/x-amz-json-1.1'
const cbor = 'application/x-amz-cbor-1.1'
const operations = new Map([['Kinesis_20131202.ListStreams', { name: 'ListStreams' } as Operation]])

function located(method: string, contentType: string | undefined, target: string | undefined, body: string | Buffer) {
  const headers = new Map([
    ['content-type', contentType],
    ['x-amz-target', target],
  ])
  const request = {
    method,
    headers: { get: (name: string) => headers.get(name) },
    body: Buffer.from(body),
  } as unknown as WireRequest
  const result = locateByTarget(request, operations)
  if (result.kind === 'operation') return { codec: result.protocol.codec.contentType, operation: result.operation.name }
  const { status, headers: answered, body: bytes } = result.response
  return [status, answered[0]?.[1], bytes.kind === 'bytes' ? Buffer.from(bytes.bytes).toString('latin1') : undefined]
}

const known = 'Kinesis_20131202.ListStreams'
const unknown = 'Kinesis_20131202.ListStream'
const accessDenied = [
  403,
  undefined,
  '<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n',
]
const cborError = (code: string) => [400, cbor, cborCodec.encodeTexts({ __type: code }).toString('latin1')]
const jsonError = (code: string) => [400, json, `{"__type":"${code}"}`]
const outputError = (status: number, code: string) => {
  return [status, 'application/json', `{"Output":{"__type":"com.amazon.coral.service#${code}"},"Version":"1.0"}`]
}

test('JSON and CBOR requests lead to their operation, with blanks and parameters in the content type', () => {
  assert.deepEqual(located('POST', json, known, '{}'), { codec: json, operation: 'ListStreams' })
  assert.deepEqual(located('POST', ` ${json} ; charset=utf-8`, known, '{'), { codec: json, operation: 'ListStreams' })
  assert.deepEqual(located('POST', cbor, known, 'x'), { codec: cbor, operation: 'ListStreams' })
})

test('what is no POST cannot be told', () => {
  for (const method of ['GET', 'PUT', 'OPTIONS', 'HEAD']) assert.deepEqual(located(method, json, known, '{}'), accessDenied)
})

test('an empty body is answered in CBOR unless the content type is JSON, and the target decides the code', () => {
  assert.deepEqual(located('POST', undefined, undefined, ''), cborError('UnknownOperationException'))
  assert.deepEqual(located('POST', 'text/plain', known, ''), cborError('SerializationException'))
  assert.deepEqual(located('POST', json, unknown, ''), jsonError('UnknownOperationException'))
  assert.deepEqual(located('POST', json, known, ''), jsonError('SerializationException'))
})

test('another content type cannot be told, or is an operation unknown where the target has two parts', () => {
  assert.deepEqual(located('POST', undefined, undefined, '{}'), accessDenied)
  assert.deepEqual(located('POST', 'application/x-amz-json-1.0', 'Kinesis_20131202', '{}'), accessDenied)
  assert.deepEqual(located('POST', 'text/plain', unknown, '{}'), [404, undefined, '<UnknownOperationException/>\n'])
  assert.deepEqual(located('POST', 'text/plain', known, '{}'), [404, undefined, '<UnknownOperationException/>\n'])
})

test('application/json knows no operation', () => {
  assert.deepEqual(located('POST', 'application/json', known, '{}'), outputError(404, 'UnknownOperationException'))
  assert.deepEqual(located('POST', 'application/json', known, 'hello'), outputError(400, 'SerializationException'))
})

test('a malformed body wins over an unknown target', () => {
  assert.deepEqual(located('POST', json, unknown, '{'), jsonError('SerializationException'))
  assert.deepEqual(located('POST', json, unknown, '{}'), jsonError('UnknownOperationException'))
  assert.deepEqual(located('POST', cbor, undefined, Buffer.from([0xbf])), cborError('SerializationException'))
  assert.deepEqual(located('POST', cbor, undefined, Buffer.from([0xa0])), cborError('UnknownOperationException'))
})
