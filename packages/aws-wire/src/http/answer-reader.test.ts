import assert from 'node:assert/strict'
import { connect, constants } from 'node:http2'
import { test } from 'node:test'
import type { AnswerReader } from './answer-reader.js'
import { eventually, listen, post, Raw } from './listening/listening.js'
import type { WireRequest, WireResponse } from './request.js'

const mib = 1024 * 1024

/** Answers with as many bytes as the body says, and tells by whom each was asked for. */
function answering(readers: AnswerReader[]) {
  return ({ body, reader }: WireRequest): WireResponse => {
    readers.push(reader)
    return { status: 200, headers: [], body: { kind: 'bytes', bytes: Buffer.alloc(Number(body.toString())) } }
  }
}

test('all streams of an HTTP/2 connection have one reader, who holds what he has not taken of any', async (t) => {
  const readers: AnswerReader[] = []
  const { port, budget } = await listen(t, answering(readers))
  const stalled = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } }).on('error', () => {})
  t.after(() => stalled.destroy())
  const streams = [0, 1, 2].map(() =>
    stalled
      .request({ ':method': 'POST' })
      .on('error', () => {})
      .end(String(2 * mib)),
  )
  await eventually(() => readers.length === 3 && readers[0]?.heldBytes === 6 * mib, 'three answers that nobody takes')
  assert.equal(new Set(readers).size, 1)
  for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL)
  await eventually(() => budget.responses.usedBytes === 0, 'the end of the streams')
  assert.deepEqual([readers[0]?.heldBytes, readers[0]?.isProven, readers[0]?.isGone], [0, false, false])
  stalled.destroy()
  await eventually(() => readers[0]?.isGone === true, 'the end of the connection')
})

test('whoever takes long answers has shown that he reads, over HTTP/2 as over HTTP/1.1 and as node:http speaks it', async (t) => {
  const readers: AnswerReader[] = []
  const { port } = await listen(t, answering(readers))
  const session = connect(`http://127.0.0.1:${port}`)
  t.after(() => session.destroy())
  session
    .request({ ':method': 'POST' })
    .end(String(17 * mib))
    .resume()
  await eventually(() => readers[0]?.isProven === true, 'HTTP/2')
  for (const headers of ['', 'Expect: 100-continue\r\n']) {
    const raw = await Raw.open(t, port)
    raw.socket.removeAllListeners('data').resume()
    raw.send(post(String(17 * mib), headers))
    await eventually(() => readers.at(-1)?.isProven === true, `HTTP/1.1 ${headers}`)
  }
  assert.equal(new Set(readers).size, 3)
})

test('what the kernel takes for an HTTP/1.1 client who does not read shows nothing', async (t) => {
  const readers: AnswerReader[] = []
  const { port } = await listen(t, answering(readers))
  const raw = await Raw.open(t, port)
  raw.socket.pause()
  for (let i = 0; i < 30; i++) raw.send(post(String(mib)))
  await new Promise((resolve) => setTimeout(resolve, 300))
  await eventually(() => (readers[0]?.heldBytes ?? 0) > 0, 'an answer that waits')
  assert.equal(readers[0]?.isProven, false)
})
