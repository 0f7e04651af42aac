import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { echo, eventually, listen, post, Raw, text } from './listening/listening.js'
import type { WireRequest, WireResponse } from './request.js'

test('answers on one connection, request after request', async (t) => {
  const { port } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  await raw.send(post('one')).until((text) => text.endsWith('POST / one'))
  await raw.send('GET /two HTTP/1.1\r\nHost: h\r\n\r\n').until((text) => text.endsWith('GET /two '))
  assert.deepEqual(raw.statuses, [200, 200])
  assert.match(raw.text, /\r\nContent-Length: 10\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n\r\n/)
})

test('sends pipelined answers in the order of the requests, whichever is ready first', async (t) => {
  const waiting: ((response: WireResponse) => void)[] = []
  const { port } = await listen(t, () => new Promise((resolve) => waiting.push(resolve)))
  const raw = await Raw.open(t, port)
  raw.send(post('a') + post('b') + post('c'))
  await eventually(() => waiting.length === 3, 'three requests')
  for (const i of [2, 0, 1]) waiting[i]?.(text(`answer ${i};`))
  const answers = await raw.until((text) => text.includes('answer 2;'))
  assert.deepEqual(answers.match(/answer \d/g), ['answer 0', 'answer 1', 'answer 2'])
})

test('reads no more requests of a connection than its pipeline holds', async (t) => {
  const waiting: ((response: WireResponse) => void)[] = []
  const { port } = await listen(t, () => new Promise((resolve) => waiting.push(resolve)), { limits: { pipelineDepthMax: 4 } })
  const raw = await Raw.open(t, port)
  raw.send(post('x').repeat(20))
  await eventually(() => waiting.length === 4, 'a full pipeline')
  let most = 0
  for (let answered = 0; answered < 20; answered++) {
    await eventually(() => waiting.length > answered, 'the next request')
    most = Math.max(most, waiting.length - answered)
    waiting[answered]?.(text('.'))
  }
  await raw.until((text) => (text.match(/ 200 /g)?.length ?? 0) === 20)
  assert.equal(most, 4)
})

test('gives each request a body of its own: transferring one harms no other', async (t) => {
  const { port } = await listen(t, ({ body }) => {
    const copy = body.toString('latin1')
    structuredClone(body.buffer, { transfer: [body.buffer as ArrayBuffer] })
    return text(`(${copy})`)
  })
  const raw = await Raw.open(t, port)
  raw.send(post('a') + post('bb') + post('') + post('c'.repeat(30_000)) + post('d').slice(0, -1))
  await raw.until((text) => text.endsWith('ccc)'))
  const answers = await raw.send('d').until((text) => text.endsWith('(d)'))
  assert.deepEqual(answers.match(/\(\w*\)/g), ['(a)', '(bb)', '()', `(${'c'.repeat(30_000)})`, '(d)'])
})

test('hashes a body over the bytes that came', async (t) => {
  const { port } = await listen(t, ({ bodySha256 }) => text(bodySha256))
  const body = 'x'.repeat(3_000_000)
  for (const sent of ['', 'short', body]) {
    const raw = await Raw.open(t, port)
    await raw.send(post(sent)).until((text) => text.endsWith(createHash('sha256').update(sent).digest('hex')))
  }
})

test('closes after an answer when it is asked to, and says so', async (t) => {
  const { port } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  const answers = await raw.send(post('a', 'Connection: close\r\n') + post('never read')).end()
  assert.deepEqual(raw.statuses, [200])
  assert.match(answers, /\r\nConnection: close\r\n/)
})

test('answers HEAD and 204 without a body', async (t) => {
  const { port } = await listen(t, ({ method }) => (method === 'HEAD' ? text('four') : text('', 204)))
  const raw = await Raw.open(t, port)
  const answers = await raw.send('HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n').end()
  const [head, none] = answers.split(/(?=HTTP\/1\.1 204)/)
  assert.match(head ?? '', /Content-Length: 4\r\n.*\r\n\r\n$/s)
  assert.doesNotMatch(none ?? '', /Content-Length/)
})

test('refuses a body over the bound in its turn, before it has come', async (t) => {
  const { port, listener } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  raw.send(`${post('a')}POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 16777217\r\n\r\n`)
  const answers = await raw.end()
  assert.deepEqual(raw.statuses, [200, 413])
  assert.match(answers, /Connection: close/)
  assert.equal(listener.counters.requestsRefused, 1)
})

test('takes a body of exactly the bound', async (t) => {
  const { port } = await listen(t, ({ body }) => text(`${body.length}`))
  const raw = await Raw.open(t, port)
  await raw.send(post('x'.repeat(16_777_216))).until((text) => text.endsWith('\r\n\r\n16777216'))
})

test('refuses what is ambiguous with 400, and reads nothing after it', async (t) => {
  const { port } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  await raw.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n${post('x')}`).end()
  assert.deepEqual(raw.statuses, [400])
})

test('throws away what a refused client still sends, up to a bound', async (t) => {
  const { port } = await listen(t, echo, { limits: { bodyBytesMax: 100_000 } })
  const raw = await Raw.open(t, port)
  raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\n').send('x'.repeat(50_000))
  await raw.until(() => raw.statuses.length > 0)
  const closed = new Promise((resolve) => raw.socket.on('close', resolve))
  const more = setInterval(() => raw.send('x'.repeat(50_000)), 1)
  await closed
  clearInterval(more)
  assert.deepEqual(raw.statuses, [413])
})

test('answers a client that has ended its side', async (t) => {
  let resolve: (response: WireResponse) => void = () => undefined
  const { port } = await listen(
    t,
    () =>
      new Promise((resolved) => {
        resolve = resolved
      }),
  )
  const raw = await Raw.open(t, port)
  raw.send(post('x')).socket.end()
  await new Promise((resolve) => setTimeout(resolve, 20))
  resolve(text('late'))
  assert.match(await raw.end(), /late$/)
})

test('closes when a client ends its side in the middle of a request', async (t) => {
  const { port, budget } = await listen(t, echo)
  for (const part of ['POST / HT', post('body').slice(0, -1)]) {
    const raw = await Raw.open(t, port)
    raw.send(part).socket.end()
    assert.equal(await raw.end(), '')
  }
  assert.equal(budget.requests.usedBytes, 0)
})

async function interrupted(t: TestContext, leave: (raw: Raw) => void): Promise<WireRequest> {
  let seen: WireRequest | undefined
  const { port } = await listen(t, (request) => {
    seen = request
    return new Promise(() => undefined)
  })
  const raw = await Raw.open(t, port)
  raw.send(post('x'))
  await eventually(() => seen !== undefined, 'the request')
  leave(raw)
  return seen as WireRequest
}

test('aborts the signal when the client is gone', async (t) => {
  const request = await interrupted(t, (raw) => raw.socket.resetAndDestroy())
  await eventually(() => request.signal.aborted, 'the abort')
})

test('aborts also a signal that somebody holds already', async (t) => {
  let aborted = false
  const { port } = await listen(t, ({ signal }) => {
    signal.addEventListener('abort', () => {
      aborted = true
    })
    return new Promise(() => undefined)
  })
  const raw = await Raw.open(t, port)
  raw.send(post('x'))
  setTimeout(() => raw.socket.resetAndDestroy(), 20)
  await eventually(() => aborted, 'the abort')
})

test('answers 500 for a handler that fails, reports it, and goes on', async (t) => {
  const { port, problems } = await listen(t, ({ body }) => {
    if (body.length === 1) throw new Error('thrown')
    return body.length === 2 ? Promise.reject(new Error('rejected')) : text('fine')
  })
  const raw = await Raw.open(t, port)
  await raw.send(post('1') + post('22') + post('333')).until((text) => text.endsWith('fine'))
  assert.deepEqual(raw.statuses, [500, 500, 200])
  assert.match(raw.text, /{"__type":"InternalFailure"}/)
  assert.deepEqual(
    problems.map(({ error }) => (error as Error).message),
    ['thrown', 'rejected'],
  )
})

test('writes no header that breaks its line', async (t) => {
  const { port, problems } = await listen(t, () => ({ ...text(''), headers: [['x', 'a\r\nSet-Cookie: b']] }))
  const raw = await Raw.open(t, port)
  const answers = await raw.send(post('')).until(() => raw.statuses.length > 0)
  assert.deepEqual(raw.statuses, [500])
  assert.doesNotMatch(answers, /Set-Cookie/)
  assert.equal(problems.length, 1)
})

test('refuses connections past the bound', async (t) => {
  const { port, listener } = await listen(t, echo, { limits: { connectionsMax: 2 } })
  const kept = [await Raw.open(t, port), await Raw.open(t, port)]
  await eventually(() => listener.counters.connectionsOpen === 2, 'two connections')
  const refused = await Raw.open(t, port)
  await refused.end()
  kept[0]?.socket.destroy()
  await eventually(() => listener.counters.connectionsOpen === 1, 'room')
  const served = await Raw.open(t, port)
  await served.send(post('x')).until((text) => text.endsWith('POST / x'))
  assert.equal(listener.counters.connectionsRefused, 1)
})
