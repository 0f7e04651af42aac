import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceModel } from '@millrace/aws-models'
import { ok } from '@millrace/model'
import type { WireRequest } from '../http/request.js'
import type { OperationHandler, ServiceParts } from '../service/operation.js'
import { locateByAction, queryServices } from './aws-query.js'

const handler: OperationHandler = { form: 'value', handle: async () => ok({}) }
const parts = { handlers: new Map([['GetCallerIdentity', handler]]) } as unknown as ServiceParts
const services = queryServices([
  { model: serviceModel('sts'), parts },
  { model: serviceModel('kinesis'), parts: { ...parts, handlers: new Map() } },
])
const scoped = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=AK/20261124/us-east-1/${service}/aws4_request, SignedHeaders=host`
const call = 'Action=GetCallerIdentity&Version=2011-06-15'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** The operation that is found, the status and code of the refusal, or undefined where the request is no query. */
function located(method: string, target: string, given: Record<string, string>, body = '') {
  const headers = new Map(Object.entries(given))
  const request = { method, target, headers: { get: (name: string) => headers.get(name) }, body: Buffer.from(body) }
  const result = locateByAction(request as unknown as WireRequest, services, 'id')
  if (result?.kind !== 'refused') return result?.operation.name
  const { status, body: answered, errorCode } = result.response
  const text = answered.kind === 'bytes' ? Buffer.from(answered.bytes).toString() : ''
  assert.equal(/<Code>(.*)<\/Code>/.exec(text)?.[1], errorCode)
  return [status, errorCode]
}

test('the scope of the signature says whom a form is for', () => {
  assert.equal(located('POST', '/', { ...form, authorization: scoped('sts') }, call), 'GetCallerIdentity')
  assert.equal(located('POST', '/', { ...form, authorization: scoped('kinesis') }, call), undefined)
})

test('a form for an API that is not here finds no operation in it', () => {
  for (const version of ['2010-05-08', '2011-06-15', '']) {
    const users = `Action=ListUsers&Version=${version}`
    assert.deepEqual(located('POST', '/', { ...form, authorization: scoped('iam') }, users), [400, 'InvalidAction'])
  }
})

test('a scope in the query says so as well, whether its slashes are encoded or not', () => {
  for (const slash of ['/', '%2F', '%2f']) {
    const credential = ['AK', '20261124', 'us-east-1', 'sts', 'aws4_request'].join(slash)
    assert.equal(located('GET', `/?${call}&X-Amz-Credential=${credential}`, {}), 'GetCallerIdentity')
    assert.equal(located('GET', `/?${call}&X-Amz-Credential=${credential.replace('sts', 'kinesis')}`, {}), undefined)
  }
})

test('without a signature the version says so', () => {
  assert.equal(located('POST', '/', form, call), 'GetCallerIdentity')
  assert.equal(located('POST', '/', form, 'Action=GetCallerIdentity&Version=2010-05-08'), undefined)
})

test('a target, another method and a form without an action are no query', () => {
  assert.equal(located('POST', '/', { ...form, 'x-amz-target': 'Kinesis_20131202.PutRecord' }, call), undefined)
  assert.equal(located('PUT', `/?${call}`, {}), undefined)
  assert.equal(located('POST', '/', form, 'Version=2011-06-15'), undefined)
  assert.equal(located('POST', '/', { 'content-type': 'text/plain' }, call), undefined)
})

test('the first action counts', () => {
  assert.deepEqual(located('POST', '/', form, `Action=Other&${call}`), [400, 'InvalidAction'])
  assert.equal(located('POST', '/', form, `${call}&Action=Other`), 'GetCallerIdentity')
})

test('a form that is too long is not looked into', () => {
  assert.deepEqual(located('POST', '/', form, `${call}&a=${'b'.repeat(524_288)}`), [413, 'RequestEntityTooLarge'])
})
