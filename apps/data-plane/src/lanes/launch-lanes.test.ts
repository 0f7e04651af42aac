import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { HangingLane, LanesOptions } from './launch-lanes.js'
import { launchLanes } from './launch-lanes.js'

/**
 * A thread that speaks as a lane does, without one: it answers every call, that of `slow` later, and tells what it was called by the log.
 * At `samples` it dies,
 * and one that `spins` does so for ever when it is asked whether its loop turns.
 */
const program = `
const { parentPort } = require('node:worker_threads')
const { workerData: { isStuck, spins } } = require('node:worker_threads')
parentPort.once('message', ({ address: { lane } }) => {
  const tell = (message) => parentPort.postMessage([['event', 'log', { lane, level: 'info', message, fields: {} }]])
  parentPort.on('message', async (messages) => {
    for (const [kind, id, method] of messages) {
      if (kind !== 'call') continue
      if (method === 'drain' && isStuck) return
      if (method === 'turn' && spins) for (;;);
      if (method === 'samples') throw new Error('broken on purpose')
      if (method === 'drain' && lane === 1) await new Promise((resolve) => setTimeout(resolve, 50))
      tell(method)
      parentPort.postMessage([['reply', id, undefined]])
    }
  })
})
`

async function launched(onDeath: (error: Error) => void, stuck?: number, hangs: Partial<LanesOptions> & { spins?: number } = {}) {
  const called: string[] = []
  const lanes = await launchLanes({
    threads: [0, 1].map(
      (lane) => new Worker(program, { eval: true, workerData: { isStuck: lane === stuck, spins: lane === hangs.spins } }),
    ),
    host: '127.0.0.1',
    port: 0,
    requestBytesMax: 1,
    responseBytesMax: 1,
    tailBytesMax: 1,
    drainMs: 1,
    attachToKeeper: () => {},
    onLog: ({ lane, message }) => called.push(`${message} ${lane}`),
    onDeath,
    hangMs: 0,
    ...hangs,
  } as Partial<LanesOptions> as LanesOptions)
  return { lanes, called }
}

test('no lane closes its log before all have answered what they took, which may need the shards of any', async () => {
  const { lanes, called } = await launched((error) => assert.fail(error))
  await lanes.stop()
  const [drained, stopped] = [called.slice(2, 4), called.slice(4)]
  assert.deepEqual(
    [drained.sort(), stopped.sort()],
    [
      ['drain 0', 'drain 1'],
      ['stop 0', 'stop 1'],
    ],
  )
})

test('a lane that is stuck holds up the stop for a while, and takes no other with it', async (context) => {
  const { lanes, called } = await launched((error) => assert.fail(error), 0)
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const stopped = lanes.stop()
  stopped.catch(() => {})
  while (!called.includes('drain 1')) await new Promise((resolve) => setImmediate(resolve))
  context.mock.timers.tick(10_001)
  await assert.rejects(stopped, /a lane does not answer to drain/)
  assert.ok(called.includes('stop 1'))
})

test('a lane that dies is told at once, and what is asked of it fails', async () => {
  const deaths: string[] = []
  const { lanes } = await launched((error) => deaths.push(error.message))
  await assert.rejects(lanes.samples(), /closed/)
  assert.ok(deaths.includes('broken on purpose'), deaths.join())
  await assert.rejects(lanes.dataPlane.seal({ node: 0, lane: 0 }, []), /closed/)
  await assert.rejects(lanes.stop(), /closed/)
})

test('a lane that spins for ever is told of once, with what is known, and its thread can be ended', async () => {
  const { promise, resolve } = Promise.withResolvers<HangingLane>()
  let told = 0
  const onHang = (hang: HangingLane) => {
    told++
    resolve(hang)
  }
  const { lanes } = await launched((error) => assert.fail(error), undefined, { hangMs: 2_000, onHang, spins: 1 })
  const { lane, silentMs, loopUtilization, end } = await promise
  assert.deepEqual([lane, silentMs >= 2_000, loopUtilization > 0], [1, true, true])
  assert.equal(await end(), true)
  assert.equal(told, 1)
  await assert.rejects(lanes.dataPlane.seal({ node: 0, lane: 1 }, []), /closed/)
  await lanes.stop().catch(() => {})
})

test('where nobody is to look, a lane that spins is not told of', async () => {
  const { lanes } = await launched((error) => assert.fail(error), undefined, {
    hangMs: 0,
    onHang: () => assert.fail('told'),
    spins: 1,
  })
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  await lanes.stop()
})
