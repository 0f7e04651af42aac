import assert from 'node:assert/strict'
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { echo, eventually, listen, text } from './listening/listening.js'

const mib = 1024 * 1024

function open(t: TestContext, port: number): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => undefined)
  t.after(() => session.destroy())
  return session
}

interface Answer {
  readonly status: number | undefined
  readonly headers: Record<string, unknown>
  readonly body: string
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body: string | Buffer = ''): Promise<Answer> {
  const stream = session.request({ ':method': 'POST', ':path': '/', ...headers })
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  let received: Record<string, unknown> = {}
  const chunks: Buffer[] = []
  stream.on('response', (response) => {
    received = response
  })
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.on('error', reject)
  stream.on('close', () =>
    resolve({ status: received[':status'] as number, headers: received, body: Buffer.concat(chunks).toString() }),
  )
  if (headers[':method'] !== 'HEAD') stream.end(body)
  return promise
}

test('answers in clear text with prior knowledge', async (t) => {
  const { port, listener } = await listen(t, echo)
  const { status, headers, body } = await ask(open(t, port), { ':path': '/a?b' }, 'body')
  assert.deepEqual([status, headers['content-length'], body], [200, '14', 'POST /a?b body'])
  assert.match(String(headers.date), / GMT$/)
  assert.equal(listener.counters.http2Requests, 1)
})

test('offers windows that a whole body fits into', async (t) => {
  const { port } = await listen(t, echo)
  const session = open(t, port)
  await new Promise((resolve) => session.on('remoteSettings', resolve))
  assert.equal(session.remoteSettings.initialWindowSize, 16 * mib)
  await eventually(() => (session.state.remoteWindowSize ?? 0) >= 16 * mib, 'the window of the connection')
})

test('takes a body of exactly the bound, and refuses a larger one, whether its length is declared or not', async (t) => {
  const { port, budget } = await listen(t, ({ body }) => text(`${body.length}`))
  const session = open(t, port)
  assert.equal((await ask(session, {}, Buffer.alloc(16 * mib))).body, `${16 * mib}`)
  assert.equal((await ask(session, { 'content-length': 16 * mib + 1 }, Buffer.alloc(16 * mib + 1))).status, 413)
  assert.equal((await ask(session, {}, Buffer.alloc(16 * mib + 1))).status, 413)
  assert.equal((await ask(session, {}, 'x')).body, '1')
  assert.equal(budget.requests.usedBytes, 0)
})

test('shows :authority as host, and refuses a host that differs from it', async (t) => {
  const { port } = await listen(t, ({ headers }) => text(JSON.stringify([...headers.entries()])))
  const session = open(t, port)
  const own = { ':authority': 'kinesis', 'x-a': ['1', '2'] }
  assert.equal((await ask(session, own)).body, '[["host","kinesis"],["x-a","1"],["x-a","2"]]')
  assert.equal((await ask(session, { ...own, host: 'kinesis' })).body, '[["host","kinesis"],["x-a","1"],["x-a","2"]]')
  assert.equal((await ask(session, { ...own, host: 'other' })).status, 400)
})

test('answers many streams of one connection as they become ready', async (t) => {
  const ready = new Map<string, () => void>()
  const { port } = await listen(t, async ({ body }) => {
    await new Promise<void>((resolve) => ready.set(body.toString(), resolve))
    return text(body.toString())
  })
  const session = open(t, port)
  const answers = new Map(['a', 'b', 'c'].map((name) => [name, ask(session, {}, name)]))
  await eventually(() => ready.size === 3, 'all three at work')
  for (const name of ['c', 'a', 'b']) {
    ready.get(name)?.()
    assert.equal((await answers.get(name))?.body, name)
  }
})

test('sends long answers in pieces, short ones and none', async (t) => {
  const { port } = await listen(t, ({ target }) => {
    if (target === '/none') return text('', 204)
    if (target === '/bytes') return text('x'.repeat(3 * mib))
    const pieces = function* () {
      for (let i = 0; i < 30; i++) yield Buffer.alloc(100_000, 'y')
    }
    return {
      status: 200,
      headers: [
        ['set-cookie', 'a'],
        ['set-cookie', 'b'],
      ],
      body: { kind: 'pieces', length: 3_000_000, pieces },
    }
  })
  const session = open(t, port)
  assert.deepEqual((await ask(session, { ':path': '/none' })).headers['content-length'], undefined)
  assert.equal((await ask(session, { ':path': '/bytes' })).body.length, 3 * mib)
  const pieces = await ask(session, { ':path': '/pieces' })
  assert.deepEqual([pieces.body.length, pieces.headers['set-cookie']], [3_000_000, ['a', 'b']])
  assert.deepEqual((await ask(session, { ':method': 'HEAD', ':path': '/pieces' })).headers['content-length'], '3000000')
})

test('flushes each piece of a stream at once, and lets it go when the client resets it', async (t) => {
  let next: (piece: string) => void = () => undefined
  let returned = false
  const pieces = async function* () {
    try {
      for (;;)
        yield Buffer.from(
          await new Promise<string>((resolve) => {
            next = resolve
          }),
        )
    } finally {
      returned = true
    }
  }
  const { port } = await listen(t, ({ signal }) => {
    signal.addEventListener('abort', () => next('gone'))
    return { status: 200, headers: [], body: { kind: 'stream', pieces: pieces() } }
  })
  const stream = open(t, port).request({ ':path': '/' })
  let seen = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    seen += chunk
  })
  await new Promise((resolve) => stream.on('response', resolve))
  next('one')
  await eventually(() => seen === 'one', 'the first piece')
  stream.close(constants.NGHTTP2_CANCEL)
  await sleep(20)
  next('two')
  await eventually(() => returned, 'the end of the stream')
})

test('aborts the signal of a stream that is reset or whose connection is gone', async (t) => {
  const aborted: string[] = []
  const { port, listener } = await listen(t, ({ target, signal }) => {
    signal.addEventListener('abort', () => aborted.push(target))
    return new Promise(() => undefined)
  })
  const session = open(t, port)
  const streams = ['/reset', '/gone'].map((path) => session.request({ ':path': path }).on('error', () => undefined))
  await eventually(() => listener.counters.http2Requests === 2, 'both requests')
  streams[0]?.close(constants.NGHTTP2_CANCEL)
  await eventually(() => aborted.length === 1, 'the first abort')
  session.destroy()
  await eventually(() => aborted.length === 2, 'the second abort')
  assert.deepEqual(aborted, ['/reset', '/gone'])
})

test('gives up a body of which nothing comes, and a reader who takes nothing', async (t) => {
  const { port, pass, budget } = await listen(t, () => text('x'.repeat(mib)))
  const session = open(t, port)
  const slow = session.request({ ':method': 'POST', ':path': '/' })
  slow.write('x')
  const status = new Promise((resolve) => slow.on('response', (headers) => resolve(headers[':status'])))
  const lazy = session.request({ ':path': '/' })
  const closed = new Promise((resolve) => lazy.on('close', resolve))
  await eventually(() => budget.requests.usedBytes === 1 && budget.responses.usedBytes > 0, 'both under way')
  pass(30)
  assert.equal(await status, 408)
  pass(60)
  await closed
  await eventually(() => budget.responses.usedBytes === 0, 'nothing counted')
})

test('sends away a client who abandons streams faster than handlers can answer them', async (t) => {
  const { port, listener } = await listen(t, () => new Promise(() => undefined), { limits: { streamsMax: 10 } })
  const session = open(t, port)
  await new Promise((resolve) => session.on('remoteSettings', resolve))
  for (let i = 0; i < 60 && !session.destroyed; i++) {
    const stream = session.request({ ':path': '/' }).on('error', () => undefined)
    await sleep(2)
    stream.close(constants.NGHTTP2_CANCEL)
  }
  await eventually(() => session.destroyed, 'the end of the connection')
  assert.ok(listener.counters.http2Requests <= 45, `${listener.counters.http2Requests} handlers were started`)
})

test('closes a connection without streams after a while, and not before', async (t) => {
  const { port, pass, listener } = await listen(t, echo)
  const session = open(t, port)
  await ask(session, {})
  pass(300)
  assert.equal(listener.counters.connectionsOpen, 1)
  pass(2)
  await eventually(() => listener.counters.connectionsOpen === 0, 'the end of the connection')
})
