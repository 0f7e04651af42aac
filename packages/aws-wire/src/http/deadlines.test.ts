import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultListenerLimits as limits } from './listener-limits.js'
import { echo, eventually, listen, post, Raw, text } from './listening/listening.js'
import type { WireBody } from './request.js'

/** For what the server's side of the loop has to read first. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 20))

test('closes a connection that has said nothing for long, and not before', async (t) => {
  const { port, pass, listener } = await listen(t, echo)
  const [silent, served] = [await Raw.open(t, port), await Raw.open(t, port)]
  await served.send(post('x')).until((text) => text.endsWith('POST / x'))
  pass(limits.idleSeconds)
  assert.equal(listener.counters.connectionsOpen, 2)
  pass(1)
  assert.deepEqual([await silent.end(), (await served.end()).slice(-8)], ['', 'POST / x'])
})

test('gives up a head that does not come to its end, also where a byte comes now and then', async (t) => {
  const { port, pass, listener } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  raw.send('POST / HTTP/1.1\r\nHost: ')
  for (let second = 0; second <= limits.headSeconds; second++) {
    await turn()
    assert.deepEqual(raw.statuses, [])
    raw.send('h')
    pass(1)
  }
  await raw.end()
  assert.deepEqual(raw.statuses, [408])
  assert.equal(listener.counters.timedOut, 1)
})

test('gives up a body of which nothing comes', async (t) => {
  const { port, pass, budget } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  raw.send(post('x'.repeat(100)).slice(0, -1))
  await eventually(() => budget.requests.usedBytes === 99, 'the part that comes')
  pass(limits.bodyStallSeconds + 1)
  await raw.end()
  assert.deepEqual([raw.statuses, budget.requests.usedBytes], [[408], 0])
})

test('gives up a body that comes byte by byte, long before it is whole', async (t) => {
  const { port, pass } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  raw.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 16000000\r\n\r\n')
  for (let second = 0; second < limits.bodyStallSeconds + 2; second++) {
    raw.send('x')
    await turn()
    pass(1)
  }
  await raw.end()
  assert.deepEqual(raw.statuses, [408])
})

test('has patience with a body that comes steadily', async (t) => {
  const { port, pass } = await listen(t, ({ body }) => text(`${body.length}`))
  const raw = await Raw.open(t, port)
  const perSecond = 2 * limits.bodyBytesPerSecondMin
  raw.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${60 * perSecond}\r\n\r\n`)
  for (let second = 0; second < 60; second++) {
    raw.send('x'.repeat(perSecond))
    await turn()
    pass(1)
  }
  await raw.until((text) => text.endsWith(`\r\n\r\n${60 * perSecond}`))
})

test('gives up a reader who takes nothing of his answer, and not before', async (t) => {
  let taken = 0
  const pieces = function* () {
    for (; taken < 300; taken++) yield Buffer.alloc(100_000)
  }
  const body: WireBody = { kind: 'pieces', length: 30_000_000, pieces }
  const { port, pass, listener } = await listen(t, () => ({ status: 200, headers: [], body }))
  const raw = await Raw.open(t, port)
  raw.socket.pause()
  raw.send(post(''))
  await eventually(() => taken > 0, 'the first piece')
  // The kernel takes some of it in his place, under load as late as it likes: his silence begins with the last piece that it takes.
  let seen = 0
  for (let silentSeconds = 0; silentSeconds <= limits.sendStallSeconds; silentSeconds++) {
    assert.equal(listener.counters.timedOut, 0)
    await turn()
    if (taken > seen) silentSeconds = 0
    seen = taken
    pass(1)
  }
  assert.equal(listener.counters.timedOut, 1)
  await eventually(() => listener.counters.connectionsOpen === 0, 'the end of the connection')
})

test('waits for its own handlers without a deadline', async (t) => {
  const { port, pass, listener } = await listen(t, () => new Promise(() => undefined))
  const raw = await Raw.open(t, port)
  raw.send(post('x'))
  await eventually(() => listener.counters.http1Requests === 1, 'the request')
  pass(10 * limits.idleSeconds)
  assert.equal(listener.counters.connectionsOpen, 1)
})

test('does not wait for ever for clients that it has told to go', async (t) => {
  const { port, pass, listener } = await listen(t, echo)
  const raw = await Raw.open(t, port)
  await raw.send(post('x', 'Connection: close\r\n')).until((text) => text.endsWith('POST / x'))
  await eventually(() => raw.socket.readableEnded, "the end of the server's side")
  pass(10)
  await eventually(() => listener.counters.connectionsOpen === 0, 'the end of the connection')
})
