import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { kinesis } from './client/kinesis.js'

const api = await kinesis()
const get = (target: string) => api.send({ method: 'GET', target, sign: false })

suite('what the operator asks', () => {
  test('GET /health says that it is ready, and its version', async () => {
    const reply = await get('/health')
    assert.equal(reply.status, 200, reply.text)
    const { live, ready, version } = reply.json
    assert.deepEqual([live, ready, typeof version], [true, true, 'string'])
  })

  test('GET /metrics is in the form that Prometheus reads', async () => {
    const reply = await get('/metrics')
    assert.equal(reply.status, 200)
    assert.match(reply.headers.get('content-type') ?? '', /^text\/plain/)
    for (const line of reply.text.trim().split('\n'))
      assert.match(line, /^(#( HELP| TYPE)? .*|[a-zA-Z_:][a-zA-Z0-9_:]*(\{.*\})? [-+0-9.eInfNa]+)$/)
  })

  test('GET /console is not there yet', async () => assert.equal((await get('/console')).status, 404))

  for (const target of ['/healthz', '/health/', '/health?x=1', '/Metrics']) {
    test(`GET ${target} is none of these paths, and is denied as AWS denies it`, async () => {
      const reply = await get(target)
      assert.equal(reply.status, 403)
      assert.match(reply.text, /^<AccessDeniedException>/)
    })
  }

  test('POST /health is a call to AWS like any other', async () => {
    const request = api.operation('ListStreams', {})
    assert.equal((await api.send({ ...request, target: '/health' })).status, 200)
  })
})
