import assert from 'node:assert/strict'
import { test } from 'node:test'
import { echo, eventually, listen, post, Raw } from './listening/listening.js'

const chunked = (body: string, headers = ''): string =>
  `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n${headers}\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

test('chunked bodies reach the same handler, also pipelined behind and before others', async (t) => {
  const { port, listener } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  raw.send(post('a') + chunked('bc') + post('d') + chunked('ef'))
  const answers = await raw.until((text) => text.endsWith('POST / ef'))
  assert.deepEqual(answers.match(/POST \/ [a-z]+/g), ['POST / a', 'POST / bc', 'POST / d', 'POST / ef'])
  assert.equal(listener.counters.http1Foreign, 1)
})

test('waits with the connection until what came before is answered', async (t) => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const { port } = await listen(t, async (request) => {
    if (request.body.toString() === 'first') await held
    return echo(request)
  })
  const raw = await Raw.open(t, port)
  raw.send(post('first') + chunked('second'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  raw.send(chunked('third'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(raw.text, '')
  release()
  const answers = await raw.until((text) => text.endsWith('third'))
  assert.deepEqual(answers.match(/POST \/ [a-z]+/g), ['POST / first', 'POST / second', 'POST / third'])
})

test('a client that expects 100 Continue is told to go on, and one whose body is too large is not', async (t) => {
  const { port } = await listen(t, echo)
  const patient = await Raw.open(t, port)
  patient.send('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
  await patient.until((text) => text.startsWith('HTTP/1.1 100 Continue\r\n\r\n'))
  await patient.send('ok').until((text) => text.endsWith('POST / ok'))
  const large = await Raw.open(t, port)
  large.send('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 16777217\r\n\r\n')
  await large.end()
  assert.deepEqual(large.statuses, [413])
})

test('a chunked body that grows past the bound is refused, and what came of it is no longer counted', async (t) => {
  const { port, budget } = await listen(t, echo, { limits: { bodyBytesMax: 100_000 } })
  const raw = await Raw.open(t, port)
  raw.send('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n')
  for (let i = 0; i < 3; i++) raw.send(`9c40\r\n${'x'.repeat(40_000)}\r\n`)
  await raw.until(() => raw.statuses.length > 0)
  assert.deepEqual([raw.statuses, budget.requests.usedBytes], [[413], 0])
})

test('an Upgrade that nobody offers is a request like any other', async (t) => {
  const { port } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  raw.send(
    'GET /u HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n',
  )
  await raw.until((text) => text.endsWith('GET /u '))
})

test('HTTP/1.0 is answered and closed', async (t) => {
  const { port } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  assert.match(await raw.send('GET /old HTTP/1.0\r\n\r\n').end(), /GET \/old $/)
})

test('pieces and streams go out on such a connection too', async (t) => {
  const { port } = await listen(t, ({ body }) => ({
    status: 200,
    headers: [
      ['x', '1'],
      ['x', '2'],
    ],
    body:
      body.length === 1
        ? {
            kind: 'pieces',
            length: 4,
            pieces: function* () {
              yield Buffer.from('pi')
              yield Buffer.from('ec')
            },
          }
        : {
            kind: 'stream',
            pieces: (async function* () {
              yield Buffer.from('stream')
            })(),
          },
  }))
  const raw = await Raw.open(t, port)
  await raw.send(chunked('1')).until((text) => text.endsWith('\r\n\r\npiec'))
  await raw.send(chunked('22')).until((text) => text.endsWith('6\r\nstream\r\n0\r\n\r\n'))
  assert.match(raw.text, /x: 1\r\nx: 2\r\n/)
})

test('a slow body ends such a connection', async (t) => {
  const { port, pass, budget, listener } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  raw.send('POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab')
  await eventually(() => budget.requests.usedBytes === 2, 'the part that comes')
  pass(30)
  await raw.end()
  await eventually(() => budget.requests.usedBytes === 0, 'nothing counted')
  assert.equal(listener.counters.timedOut, 1)
})

test('the signal of such a request is aborted when its client is gone', async (t) => {
  let aborted = false
  const { port, listener } = await listen(t, ({ signal }) => {
    signal.addEventListener('abort', () => {
      aborted = true
    })
    return new Promise(() => undefined)
  })
  const raw = await Raw.open(t, port)
  raw.send(chunked('x'))
  await eventually(() => listener.counters.http1Requests === 1, 'the request')
  raw.socket.resetAndDestroy()
  await eventually(() => aborted, 'the abort')
})
