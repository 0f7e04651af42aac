import assert from 'node:assert/strict'
import { connect } from 'node:http2'
import { type TestContext, test } from 'node:test'
import { defaultListenerLimits } from './listener-limits.js'
import { eventually, listen, newBudget, post, Raw, text } from './listening/listening.js'
import type { WireRequest, WireResponse } from './request.js'

const mib = 1024 * 1024

/** A body without its last byte, on a connection of its own. */
async function almost(t: TestContext, port: number, bodyBytes: number): Promise<Raw> {
  const raw = await Raw.open(t, port)
  return raw.send(post('x'.repeat(bodyBytes)).slice(0, -1))
}

test('many bodies that do not fit together all get through', async (t) => {
  const budget = newBudget(mib)
  const { port, listener } = await listen(t, ({ body }) => text(`(${body.length})`), { budget })
  const raws = await Promise.all(Array.from({ length: 40 }, () => almost(t, port, 400_000)))
  await eventually(() => listener.counters.budgetStops > 0, 'the bound')
  for (const raw of raws) raw.send('x')
  await Promise.all(raws.map((raw) => raw.until((text) => text.endsWith('(400000)'))))
  assert.deepEqual([budget.requests.usedBytes, budget.requests.takePassage()], [0, true])
})

test('at the bound sockets are not read further, and what is in memory stays near it', async (t) => {
  const budget = newBudget(mib)
  const { port, listener } = await listen(t, () => text(''), { budget })
  const raws = await Promise.all(Array.from({ length: 40 }, () => almost(t, port, 400_000)))
  await eventually(() => listener.counters.budgetStops > 0, 'the bound')
  await new Promise((resolve) => setTimeout(resolve, 200))
  // The bound, what came of each socket before it stopped, and the body that may pass.
  assert.ok(budget.requests.usedBytes < mib + 3 * mib, `${budget.requests.usedBytes} bytes are held`)
  for (const raw of raws) raw.socket.destroy()
  await eventually(() => budget.requests.usedBytes === 0, 'nothing is held for clients that are gone')
  assert.equal(budget.requests.takePassage(), true)
})

test('a body that comes too slowly for those that wait for it is given up, one after the other', async (t) => {
  const budget = newBudget(mib)
  const { port, pass } = await listen(t, ({ body }) => text(`(${body.length})`), { budget })
  const slow = await Promise.all(Array.from({ length: 10 }, () => almost(t, port, 300_000)))
  await eventually(() => !budget.requests.hasRoom, 'the bound')
  const quick = await Raw.open(t, port)
  quick.send(post('x'.repeat(1000)))
  let served = false
  void quick
    .until((text) => text.endsWith('(1000)'))
    .then(() => {
      served = true
    })
  for (let second = 0; second < 60 && !served; second++) {
    pass(1)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.equal(served, true)
  assert.ok(slow.some((raw) => raw.statuses.includes(408)))
})

test('lanes share one budget: what one holds stops the other, and what it releases lets it go on', async (t) => {
  const budget = newBudget(mib)
  const waiting: ((response: WireResponse) => void)[] = []
  const one = await listen(t, () => new Promise((resolve) => waiting.push(resolve)), { budget })
  const other = await listen(t, () => text('done'), { budget })
  const holding = await Raw.open(t, one.port)
  holding.send(post('x'.repeat(mib)))
  await eventually(() => waiting.length === 1, 'a request that holds the budget')
  const raws = await Promise.all(Array.from({ length: 3 }, () => Raw.open(t, other.port)))
  for (const raw of raws) raw.send(post('x'.repeat(300_000)))
  await eventually(() => other.listener.counters.budgetStops > 0, 'the bound in the other lane')
  waiting[0]?.(text('released'))
  await Promise.all(raws.map((raw) => raw.until((text) => text.endsWith('done'))))
  await eventually(() => budget.requests.usedBytes === 0, 'an empty budget')
})

test('requests wait while too many answers wait for their readers', async (t) => {
  const budget = newBudget(10 * mib)
  const { port } = await listen(t, ({ body }) => text(body.length === 0 ? 'x'.repeat(30 * mib) : 'small'), { budget })
  const lazy = await Raw.open(t, port)
  lazy.socket.pause()
  lazy.send(post(''))
  await eventually(() => !budget.responses.hasRoom, 'answers past the bound')
  const other = await Raw.open(t, port)
  other.send(post('x'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(other.text, '')
  lazy.socket.destroy()
  await other.until((text) => text.endsWith('small'))
})

test('a client whose answers fill the budget is not read, others are, and he is given up sooner than else', async (t) => {
  const budget = newBudget(10 * mib)
  const handled: number[] = []
  const handler = ({ body }: WireRequest) => {
    handled.push(body.length)
    return text(body.length === 0 ? 'x'.repeat(10.5 * mib) : 'small')
  }
  const { port, pass, listener } = await listen(t, handler, { budget })
  const lazy = await Raw.open(t, port)
  lazy.socket.pause()
  lazy.send(post(''))
  await eventually(() => !budget.responses.hasRoom, 'answers past the bound')
  lazy.send(post('xx'))
  const other = await Raw.open(t, port)
  await other.send(post('x')).until((text) => text.endsWith('small'))
  assert.deepEqual(handled, [0, 1])
  // While the kernel still takes some, he counts as one who reads.
  await eventually(() => {
    pass(defaultListenerLimits.pressedSendStallSeconds + 1)
    return listener.counters.timedOut > 0
  }, 'the end of the lazy one')
  assert.equal(listener.counters.timedOut, 1)
  await eventually(() => listener.counters.connectionsOpen === 1, 'the other one alone')
})

test('a reader who takes nothing is given up sooner where others wait for room, though the budget is not full', async (t) => {
  const budget = newBudget(10 * mib)
  const { port, pass } = await listen(t, () => text('x'.repeat(6 * mib)), { budget })
  const lazy = connect(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } })
  t.after(() => lazy.destroy())
  let closed = false
  lazy
    .request({ ':method': 'POST', ':path': '/' })
    .on('close', () => (closed = true))
    .on('error', () => undefined)
    .end()
  await eventually(() => budget.responses.usedBytes >= 6 * mib, 'an answer that nobody takes')
  pass(defaultListenerLimits.pressedSendStallSeconds + 1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(closed, false)
  budget.responses.press()
  pass(1)
  await eventually(() => budget.responses.usedBytes === 0, 'the end of the lazy one')
})

test('HTTP/2 bodies that do not fit together all get through, on one connection and on several', async (t) => {
  const budget = newBudget(mib)
  const { port, listener } = await listen(t, ({ body }) => text(`${body.length}`), { budget })
  const sessions = [1, 2, 3].map(() => connect(`http://127.0.0.1:${port}`))
  t.after(() => sessions.forEach((session) => session.destroy()))
  const put = (i: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const stream = sessions[i % 3]?.request({ ':method': 'POST', ':path': '/' })
      let answer = ''
      stream
        ?.setEncoding('utf8')
        .on('data', (chunk: string) => {
          answer += chunk
        })
        .on('end', () => resolve(answer))
        .on('error', reject)
      stream?.write(Buffer.alloc(399_999))
      setTimeout(() => stream?.end('x'), 100)
    })
  assert.deepEqual(new Set(await Promise.all(Array.from({ length: 30 }, (_, i) => put(i)))), new Set(['400000']))
  assert.ok(listener.counters.budgetStops > 0)
  await eventually(() => budget.requests.usedBytes === 0, 'an empty budget')
})

test('an HTTP/2 answer larger than the budget comes to its end, and others are told to try again meanwhile', async (t) => {
  const budget = newBudget(mib)
  const { port } = await listen(t, ({ target }) => text('x'.repeat(target === '/page' ? 10 * mib : 1)), { budget })
  const session = connect(`http://127.0.0.1:${port}`)
  t.after(() => session.destroy())
  const page = session.request({ ':path': '/page' })
  await new Promise((resolve) => page.on('response', resolve))
  const other = session.request({ ':path': '/' })
  const status = await new Promise((resolve) => other.on('response', (headers) => resolve(headers[':status'])))
  let receivedBytes = 0
  for await (const chunk of page) receivedBytes += chunk.length
  assert.deepEqual([receivedBytes, status], [10 * mib, 503])
  await eventually(() => budget.responses.usedBytes === 0, 'an empty budget')
})
