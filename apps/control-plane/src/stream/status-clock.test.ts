import assert from 'node:assert/strict'
import { test } from 'node:test'
import { err, ok } from '@millrace/model'
import { createLogger } from '@millrace/service-kit'
import { StatusClock } from './status-clock.js'
import { directoryOf, ManualClock, stream } from './stream.fixture.js'
import type { StreamWriter } from './stream-writer.js'

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('states that cannot be ended are tried again after a second, whatever else is changed meanwhile, and not after a stop', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const pass = async (ms: number) => {
    t.mock.timers.tick(ms)
    await turn()
  }
  const clock = new ManualClock()
  const creating = stream('a', { status: 'CREATING', statusUntilMs: clock.nowMs() + 200 })
  let attempts = 0
  let isAway = true
  const change = async () => {
    attempts++
    return isAway ? err({ kind: 'Unavailable', outcome: 'none', reason: 'away' }) : ok(undefined)
  }
  const writer = { change } as unknown as StreamWriter
  const states = new StatusClock(directoryOf(creating), writer, clock, createLogger({ write: () => {} }), 200)
  states.start()
  await pass(199)
  assert.equal(attempts, 0)
  await pass(1)
  assert.equal(attempts, 1)
  clock.advance(200)
  states.schedule()
  await pass(999)
  assert.equal(attempts, 1)
  await pass(1)
  assert.equal(attempts, 2)
  isAway = false
  await pass(1_000)
  assert.equal(attempts, 3)
  states.schedule()
  await pass(0)
  assert.equal(attempts, 4)
  states.schedule()
  states.stop()
  await pass(10_000)
  assert.equal(attempts, 4)
})
