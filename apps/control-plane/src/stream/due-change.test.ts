import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueChange, dueInMs } from './due-change.js'
import { createdMs, stream } from './stream.fixture.js'

const stateDelayMs = 200
const creating = stream('a', { status: 'CREATING', statusUntilMs: createdMs + stateDelayMs })
const at = (nowMs: number) => ({ nowMs, stateDelayMs })

test('a state ends when its time is over', () => {
  assert.equal(dueInMs(creating, at(createdMs)), 200)
  assert.equal(dueInMs(creating, at(createdMs + 199)), 1)
  assert.equal(dueInMs(creating, at(createdMs + 200)), 0)
  assert.equal(dueInMs(stream('b'), at(createdMs)), Infinity)
})

test('a clock that is corrected by less than a second makes a state last longer', () => {
  assert.equal(dueInMs(creating, at(createdMs - 1_000)), 1_200)
})

test('a clock that is set back ends a state, which would last until it has caught up', () => {
  const moment = at(createdMs - 86_400_000)
  assert.equal(dueInMs(creating, moment), 0)
  const change = dueChange(creating, moment)
  assert.deepEqual(change.kind === 'changed' && [change.after.status, change.after.statusUntilMs], ['ACTIVE', undefined])
})
