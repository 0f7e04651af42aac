import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { decodeCbor } from '@millrace/testkit'
import { assertReplyHeaders } from './client/expect.js'
import { cborType, jsonType, kinesis, type Request } from './client/kinesis.js'
import type { Reply } from './client/wire.js'

const api = await kinesis()

const listStreams = 'Kinesis_20131202.ListStreams'
const legacyType = 'application/json'

const accessDenied =
  '<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n'
const unknownXml = '<UnknownOperationException/>\n'
const legacy = (type: string) => ({ Output: { __type: `com.amazon.coral.service#${type}` }, Version: '1.0' })

function assertXml(reply: Reply, status: number, text: string): void {
  assert.equal(reply.text, text)
  assert.equal(reply.status, status)
  assert.equal(reply.headers.get('content-type'), undefined)
  assertReplyHeaders(reply)
}

function assertJson(reply: Reply, status: number, type: string, body: unknown): void {
  assert.deepEqual(reply.json, body)
  assert.equal(reply.status, status)
  assert.equal(reply.headers.get('content-type'), type)
  assertReplyHeaders(reply)
}

suite('a method other than POST', () => {
  for (const method of ['GET', 'PUT', 'OPTIONS', 'PATCH']) {
    for (const sign of [true, false]) {
      test(`${method}${sign ? '' : ' without a signature'} is denied in XML`, async () => {
        assertXml(await api.send({ method, sign }), 403, accessDenied)
      })
    }
  }

  test('is denied even with the headers of a valid call', async () => {
    const headers = { 'Content-Type': jsonType, 'X-Amz-Target': listStreams }
    assertXml(await api.send({ method: 'PUT', headers, body: '{}' }), 403, accessDenied)
  })
})

suite('an empty body', () => {
  const cases: [title: string, headers: Record<string, string>, type: 'json' | 'cbor', error: string][] = [
    ['without any header', {}, 'cbor', 'UnknownOperationException'],
    ['with a target and no content type', { 'X-Amz-Target': listStreams }, 'cbor', 'SerializationException'],
    ['with the JSON type and no target', { 'Content-Type': jsonType }, 'json', 'UnknownOperationException'],
    [
      'with the JSON type and an unknown target',
      { 'Content-Type': jsonType, 'X-Amz-Target': 'Kinesis_20131202.Nope' },
      'json',
      'UnknownOperationException',
    ],
    [
      'with the JSON type and a target',
      { 'Content-Type': jsonType, 'X-Amz-Target': listStreams },
      'json',
      'SerializationException',
    ],
    [
      'with the CBOR type and a target',
      { 'Content-Type': cborType, 'X-Amz-Target': listStreams },
      'cbor',
      'SerializationException',
    ],
    ['with JSON 1.0 and no target', { 'Content-Type': 'application/x-amz-json-1.0' }, 'cbor', 'UnknownOperationException'],
    ['with the old JSON type', { 'Content-Type': legacyType, 'X-Amz-Target': listStreams }, 'cbor', 'SerializationException'],
  ]
  for (const [title, headers, type, error] of cases) {
    for (const sign of [true, false]) {
      test(`${title}${sign ? '' : ', unsigned,'} is ${error} in ${type}`, async () => {
        const reply = await api.send({ headers, sign })
        assert.deepEqual(type === 'json' ? reply.json : decodeCbor(reply.body), { __type: error })
        assert.equal(reply.status, 400)
        assert.equal(reply.headers.get('content-type'), type === 'json' ? jsonType : cborType)
        assertReplyHeaders(reply)
      })
    }
  }
})

suite('a body that no content type explains', () => {
  const bodies: [title: string, headers: Record<string, string>, status: number, text: string][] = [
    ['no content type and no target', {}, 403, accessDenied],
    ['an unknown content type and no target', { 'Content-Type': 'text/plain' }, 403, accessDenied],
    ['a target without an operation', { 'X-Amz-Target': 'Kinesis_20131202' }, 403, accessDenied],
    ['no content type and a target', { 'X-Amz-Target': listStreams }, 404, unknownXml],
    ['JSON 1.0 and a target', { 'Content-Type': 'application/x-amz-json-1.0', 'X-Amz-Target': listStreams }, 404, unknownXml],
    ['an unknown content type and an unknown target', { 'Content-Type': 'text/plain', 'X-Amz-Target': 'a.b' }, 404, unknownXml],
  ]
  for (const [title, headers, status, text] of bodies) {
    test(`with ${title} is answered ${status} in XML`, async () => {
      assertXml(await api.send({ headers, body: '{}' }), status, text)
      assertXml(await api.send({ headers, body: '{}', sign: false }), status, text)
    })
  }
})

suite('a body that is not an object', () => {
  const notObjects = ['hello', '{', '{"a":}', 'null', '"text"', '23', 'true', '{} {}', '{"a":1,}', "{'a':1}", '\u0000']
  for (const body of notObjects) {
    test(`${JSON.stringify(body)} cannot be parsed, signed or not`, async () => {
      const headers = { 'Content-Type': jsonType, 'X-Amz-Target': listStreams }
      assertJson(await api.send({ headers, body }), 400, jsonType, { __type: 'SerializationException' })
      assertJson(await api.send({ headers, body, sign: false }), 400, jsonType, { __type: 'SerializationException' })
    })
  }

  test('wins over an unknown target', async () => {
    const headers = { 'Content-Type': jsonType, 'X-Amz-Target': 'Kinesis_20131202.Nope' }
    assertJson(await api.send({ headers, body: 'hello' }), 400, jsonType, { __type: 'SerializationException' })
  })

  test('wins over a wrong signature', async () => {
    const wrong = { credentials: { ...api.credentials, secretAccessKey: 'wrong' } }
    const headers = { 'Content-Type': jsonType, 'X-Amz-Target': listStreams }
    assertJson(await api.send({ headers, body: 'hello', sign: wrong }), 400, jsonType, { __type: 'SerializationException' })
  })
})

suite('application/json', () => {
  const headers = { 'Content-Type': legacyType, 'X-Amz-Target': listStreams }

  test('knows no operation', async () => {
    assertJson(await api.send({ headers, body: '{}' }), 404, legacyType, legacy('UnknownOperationException'))
    assertJson(await api.send({ headers, body: '{}', sign: false }), 404, legacyType, legacy('UnknownOperationException'))
  })

  test('reports a bad body first', async () => {
    assertJson(await api.send({ headers, body: 'hello' }), 400, legacyType, legacy('SerializationException'))
  })
})

suite('the target', () => {
  const unknown = [
    '',
    'Kinesis_20131202',
    'Kinesis_20131202.',
    'Kinesis_20131202.Nope',
    'Kinesis_20131201.ListStreams',
    'ListStreams',
    'kinesis_20131202.ListStreams',
    'Kinesis_20131202.listStreams',
    'Firehose_20150804.ListDeliveryStreams',
    'DynamoDB_20120810.ListTables',
  ]
  for (const target of unknown) {
    for (const sign of [true, false]) {
      test(`'${target}'${sign ? '' : ', unsigned,'} is an unknown operation`, async () => {
        const headers: Record<string, string> =
          target === '' ? { 'Content-Type': jsonType } : { 'Content-Type': jsonType, 'X-Amz-Target': target }
        assertJson(await api.send({ headers, body: '{}', sign }), 400, jsonType, { __type: 'UnknownOperationException' })
      })
    }
  }
})

suite('a valid call', () => {
  const call = (change: Partial<Request>, type = jsonType) =>
    api.send({ headers: { 'Content-Type': type, 'X-Amz-Target': listStreams }, body: '{}', ...change })

  test('carries a request id, an extended id, its type and its length', async () => {
    const reply = await call({})
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.get('content-type'), jsonType)
    assertReplyHeaders(reply)
  })

  test('has another request id each time', async () => {
    const [one, two] = [await call({}), await call({})]
    assert.notEqual(one.headers.get('x-amzn-requestid'), two.headers.get('x-amzn-requestid'))
    assert.notEqual(one.headers.get('x-amz-id-2'), two.headers.get('x-amz-id-2'))
  })

  for (const target of ['/some/path', '/?a=b', '/kinesis/%20/', '/a?x=1&y']) {
    test(`is served at ${target} as well`, async () => {
      assert.equal((await call({ target })).status, 200)
    })
  }

  for (const type of [`${jsonType}; charset=utf-8`, ` ${jsonType} `, `${jsonType};`, `${jsonType} ;a=b`]) {
    test(`is served with the content type '${type}', and answers with the plain one`, async () => {
      const reply = await call({}, type)
      assert.equal(reply.status, 200, reply.text)
      assert.equal(reply.headers.get('content-type'), jsonType)
    })
  }

  for (const body of [
    '{"Nope":1}',
    '{"Limit":null}',
    '{"Nope":{"a":[1,2]},"Limit":5}',
    ' \t\r\n{ } \n',
    '{"__proto__":{"Limit":0}}',
    '{"constructor":1}',
  ]) {
    test(`ignores what is null or not known: ${JSON.stringify(body)}`, async () => {
      assert.equal((await call({ body })).status, 200)
    })
  }
})
