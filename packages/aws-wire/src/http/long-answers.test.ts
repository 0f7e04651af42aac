import assert from 'node:assert/strict'
import { connect, constants } from 'node:http2'
import { test } from 'node:test'
import { eventually, listen, newBudget, post, Raw, text } from './listening/listening.js'
import type { WireBody, WireResponse } from './request.js'

const mib = 1024 * 1024

function answer(body: WireBody): WireResponse {
  return { status: 200, headers: [], body }
}

/** Reads on; how much has come since. */
function resumed({ socket }: Raw): { readonly bytes: number } {
  const received = { bytes: 0 }
  socket
    .removeAllListeners('data')
    .on('data', (chunk) => {
      received.bytes += chunk.length
    })
    .resume()
  return received
}

test('pulls pieces only as fast as the client reads', async (t) => {
  let pulled = 0
  const pieces = function* () {
    for (; pulled < 64; pulled++) yield Buffer.alloc(mib, 'x')
  }
  const { port } = await listen(t, () => answer({ kind: 'pieces', length: 64 * mib, pieces }), { budget: newBudget(128 * mib) })
  const raw = await Raw.open(t, port)
  raw.socket.pause()
  raw.send(post(''))
  await eventually(() => pulled > 0, 'the first piece')
  await new Promise((resolve) => setTimeout(resolve, 200))
  assert.ok(pulled < 40, `${pulled} MiB pulled for a client that reads nothing`)
  const received = resumed(raw)
  await eventually(() => received.bytes > 64 * mib, 'the whole answer')
})

test('sends later answers only after a long one', async (t) => {
  const long = answer({
    kind: 'pieces',
    length: 6,
    pieces: function* () {
      yield Buffer.from('lo')
      yield Buffer.from('ng..')
    },
  })
  const { port } = await listen(t, ({ body }) => (body.length === 0 ? long : text('short')))
  const raw = await Raw.open(t, port)
  assert.match(await raw.send(post('') + post('x')).until((text) => text.endsWith('short')), /long\.\.HTTP\/1\.1 200/)
})

test('breaks off, and reports, an answer that is not as long as it promised', async (t) => {
  const { port, problems } = await listen(t, () =>
    answer({
      kind: 'pieces',
      length: 6,
      pieces: function* () {
        yield Buffer.from('lo')
      },
    }),
  )
  const raw = await Raw.open(t, port)
  await raw.send(post('')).end()
  assert.deepEqual(
    problems.map(({ what }) => what),
    ['an answer broke off'],
  )
})

test('flushes each piece of a stream at once, and ends it as chunked', async (t) => {
  let next: (piece: string | undefined) => void = () => undefined
  const pieces = async function* () {
    for (;;) {
      const piece = await new Promise<string | undefined>((resolve) => {
        next = resolve
      })
      if (piece === undefined) return
      yield Buffer.from(piece)
    }
  }
  const { port } = await listen(t, () => answer({ kind: 'stream', pieces: pieces() }))
  const raw = await Raw.open(t, port)
  await raw.send(post('')).until((text) => text.includes('Transfer-Encoding: chunked') && text.endsWith('\r\n\r\n'))
  next('one')
  await raw.until((text) => text.endsWith('3\r\none\r\n'))
  next('three')
  await raw.until((text) => text.endsWith('5\r\nthree\r\n'))
  next(undefined)
  await raw.until((text) => text.endsWith('0\r\n\r\n'))
})

for (const [how, leave] of [
  ['resets the connection', (raw: Raw) => raw.socket.resetAndDestroy()],
  ['ends its side', (raw: Raw) => raw.socket.end()],
] as const) {
  test(`lets a stream go when its reader ${how}, though no piece is due`, async (t) => {
    let returned = false
    const stream: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => {
          returned = true
          return { done: true, value: undefined }
        },
      }),
    }
    const { port } = await listen(t, () => answer({ kind: 'stream', pieces: stream }))
    const raw = await Raw.open(t, port)
    await raw.send(post('')).until((text) => text.endsWith('\r\n\r\n'))
    leave(raw)
    await eventually(() => returned, 'the end of the stream')
  })
}

test('breaks off a stream that fails', async (t) => {
  const pieces = async function* () {
    yield Buffer.from('one')
    throw new Error('no more')
  }
  const { port, problems } = await listen(t, () => answer({ kind: 'stream', pieces: pieces() }))
  const raw = await Raw.open(t, port)
  assert.doesNotMatch(await raw.send(post('')).end(), /\r\n0\r\n/)
  assert.deepEqual(
    problems.map(({ error }) => (error as Error).message),
    ['no more'],
  )
})

test('pulls the next piece of a stream when its reader has taken the one before, and counts what he has not', async (t) => {
  let pulled = 0
  const pieces = async function* () {
    for (; pulled < 200; pulled++) yield Buffer.alloc(mib)
  }
  const { port, budget } = await listen(t, () => answer({ kind: 'stream', pieces: pieces() }))
  const raw = await Raw.open(t, port)
  raw.socket.pause()
  raw.send(post(''))
  const h2 = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 65_535 } }).on('error', () => undefined)
  t.after(() => h2.destroy())
  const stream = h2
    .request({ ':method': 'POST', ':path': '/' })
    .on('error', () => undefined)
    .end()
  await eventually(() => budget.responses.usedBytes >= 2 * mib, 'a piece for each reader')
  assert.ok(pulled < 50 && budget.responses.usedBytes < 3 * mib, `${pulled} pieces, ${budget.responses.usedBytes} bytes`)
  stream.close(constants.NGHTTP2_CANCEL)
  raw.socket.destroy()
  await eventually(() => budget.responses.usedBytes === 0, 'nothing counted for clients that are gone')
})

test('counts answers until the kernel has taken them, and not when their reader is gone', async (t) => {
  const { port, budget, pass } = await listen(t, () => answer({ kind: 'bytes', bytes: Buffer.alloc(20 * mib) }))
  const raw = await Raw.open(t, port)
  raw.socket.pause()
  raw.send(post('') + post(''))
  await eventually(() => budget.responses.usedBytes >= 40 * mib, 'two answers that wait')
  const received = resumed(raw)
  await eventually(() => received.bytes > 40 * mib, 'both answers')
  pass(1)
  assert.equal(budget.responses.usedBytes, 0)
  raw.socket.pause()
  raw.send(post(''))
  await eventually(() => budget.responses.usedBytes > 0, 'an answer that waits')
  raw.socket.destroy()
  await eventually(() => budget.responses.usedBytes === 0, 'nothing counted for a client that is gone')
})

test('reads no further requests of a client that reads no answers', async (t) => {
  let handled = 0
  const { port } = await listen(
    t,
    () => {
      handled++
      return answer({ kind: 'bytes', bytes: Buffer.alloc(200_000) })
    },
    { limits: { unsentBytesMax: 1_000_000 } },
  )
  const raw = await Raw.open(t, port)
  raw.socket.pause()
  for (let i = 0; i < 200; i++) raw.send(post('x'.repeat(20_000)))
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.ok(handled < 150, `${handled} of 200 requests were handled`)
  raw.socket.resume()
  await raw.until(() => handled === 200)
})
