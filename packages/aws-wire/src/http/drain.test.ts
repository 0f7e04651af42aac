import assert from 'node:assert/strict'
import { connect } from 'node:http2'
import { test } from 'node:test'
import { echo, eventually, listen, post, Raw, text } from './listening/listening.js'
import type { WireResponse } from './request.js'

test('answers what is in flight, says that it closes, and closes what is idle', async (t) => {
  const waiting: ((response: WireResponse) => void)[] = []
  const { port, listener } = await listen(t, ({ body }) =>
    body.length === 0 ? text('') : new Promise((resolve) => waiting.push(resolve)),
  )
  const [silent, idle, busy] = [await Raw.open(t, port), await Raw.open(t, port), await Raw.open(t, port)]
  await idle.send(post('')).until((text) => text.includes('200'))
  busy.send(post('a') + post('b'))
  await eventually(() => waiting.length === 2, 'two requests')
  const closed = listener.close(10_000)
  assert.deepEqual([await silent.end(), idle.statuses], ['', [200]])
  await idle.end()
  busy.send(post('too late'))
  for (const answer of waiting) answer(text('answered'))
  const answers = await busy.end()
  await closed
  assert.equal(answers.match(/answered/g)?.length, 2)
  assert.deepEqual(answers.match(/Connection: close/g)?.length, 1)
})

test('takes a request to its end whose body is on its way', async (t) => {
  const { port, listener, budget } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  raw.send(post('body').slice(0, -2))
  await eventually(() => budget.requests.usedBytes === 2, 'half of the body')
  const closed = listener.close(10_000)
  raw.send('dy')
  assert.match(await raw.end(), /Connection: close\r\n\r\nPOST \/ body$/)
  await closed
})

test('lets HTTP/2 streams come to their end and takes no new ones', async (t) => {
  let answer: (response: WireResponse) => void = () => undefined
  const { port, listener } = await listen(
    t,
    () =>
      new Promise((resolve) => {
        answer = resolve
      }),
  )
  const session = connect(`http://127.0.0.1:${port}`)
  const stream = session.request({ ':path': '/' })
  await eventually(() => listener.counters.http2Requests === 1, 'the request')
  const goneAway = new Promise((resolve) => session.on('goaway', resolve))
  const closed = listener.close(10_000)
  await goneAway
  answer(text('answered'))
  let body = ''
  for await (const chunk of stream) body += chunk
  assert.equal(body, 'answered')
  await closed
})

test('does not wait past its bound', async (t) => {
  const { port, listener } = await listen(t, () => new Promise(() => undefined))
  const raw = await Raw.open(t, port)
  raw.send(post('x'))
  await eventually(() => listener.counters.http1Requests === 1, 'the request')
  await listener.close(50)
  assert.equal(await raw.end(), '')
})

test('accepts nobody any more', async (t) => {
  const { port, listener } = await listen(t, echo)
  await listener.close(0)
  await assert.rejects(Raw.open(t, port))
})
