import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { jsonType, kinesis } from './client/kinesis.js'

const api = await kinesis()

const exposed = 'x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date'

suite('a preflight request', () => {
  const asked: [title: string, headers: Record<string, string>][] = [
    ['with nothing but an origin', {}],
    ['that asks for headers', { 'Access-Control-Request-Headers': 'a, b, c' }],
    [
      'that asks for headers and a method',
      { 'Access-Control-Request-Headers': 'x-amz-target,content-type', 'Access-Control-Request-Method': 'POST' },
    ],
    ['that asks for a method that does not exist', { 'Access-Control-Request-Method': 'd' }],
  ]
  for (const [title, headers] of asked) {
    test(`${title} is granted what it asks for, without a signature and without content`, async () => {
      const reply = await api.send({ method: 'OPTIONS', headers: { Origin: 'whatever', ...headers }, sign: false })
      assert.equal(reply.status, 200)
      assert.equal(reply.text, '')
      const got = (name: string) => reply.headers.get(name)
      assert.equal(got('access-control-allow-origin'), '*')
      assert.equal(got('access-control-allow-headers'), headers['Access-Control-Request-Headers'])
      assert.equal(got('access-control-allow-methods'), headers['Access-Control-Request-Method'])
      assert.equal(got('access-control-max-age'), '172800')
      assert.equal(got('content-length'), '0')
      assert.equal(got('content-type'), undefined)
      assert.equal(got('x-amz-id-2'), undefined)
      assert.match(got('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/)
    })
  }
})

suite('a request with an origin', () => {
  const type = { 'Content-Type': jsonType }
  const requests: [title: string, request: Parameters<typeof api.send>[0], status: number][] = [
    ['that succeeds', { headers: { Origin: 'x', ...type, 'X-Amz-Target': 'Kinesis_20131202.ListStreams' }, body: '{}' }, 200],
    ['that is refused in JSON', { headers: { Origin: 'x', ...type }, body: '{}' }, 400],
    ['that is refused in XML', { headers: { Origin: 'x' }, body: '{}' }, 403],
    ['by GET', { method: 'GET', headers: { Origin: 'x' } }, 403],
  ]
  for (const [title, request, status] of requests) {
    test(`${title} may be read by any page`, async () => {
      const reply = await api.send(request)
      assert.equal(reply.status, status)
      assert.equal(reply.headers.get('access-control-allow-origin'), '*')
      assert.equal(reply.headers.get('access-control-expose-headers'), exposed)
      assert.equal(reply.headers.get('access-control-max-age'), undefined)
    })
  }

  test('is not what a reply without one is for', async () => {
    const reply = await api.send({ headers: type, body: '{}' })
    assert.equal(reply.headers.get('access-control-allow-origin'), undefined)
    assert.equal(reply.headers.get('access-control-expose-headers'), undefined)
  })
})
