import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { LanesOptions } from './launch-lanes.js'
import { launchLanes } from './launch-lanes.js'

/**
 * A thread that speaks as a lane does, without one: it answers every call, that of `slow` later, and tells what it was called by the log.
 * At `samples` it dies.
 */
const program = `
const { parentPort } = require('node:worker_threads')
const { workerData: { isStuck } } = require('node:worker_threads')
parentPort.once('message', ({ address: { lane } }) => {
  const tell = (message) => parentPort.postMessage([['event', 'log', { lane, level: 'info', message, fields: {} }]])
  parentPort.on('message', async (messages) => {
    for (const [kind, id, method] of messages) {
      if (kind !== 'call') continue
      if (method === 'drain' && isStuck) return
      if (method === 'samples') throw new Error('broken on purpose')
      if (method === 'drain' && lane === 1) await new Promise((resolve) => setTimeout(resolve, 50))
      tell(method)
      parentPort.postMessage([['reply', id, undefined]])
    }
  })
})
`

async function launched(onDeath: (error: Error) => void, stuck?: number) {
  const called: string[] = []
  const lanes = await launchLanes({
    threads: [0, 1].map((lane) => new Worker(program, { eval: true, workerData: { isStuck: lane === stuck } })),
    host: '127.0.0.1',
    port: 0,
    requestBytesMax: 1,
    responseBytesMax: 1,
    tailBytesMax: 1,
    drainMs: 1,
    attachToKeeper: () => {},
    onLog: ({ lane, message }) => called.push(`${message} ${lane}`),
    onDeath,
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
