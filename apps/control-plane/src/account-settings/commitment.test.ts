import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountSettings } from '@millrace/metadata'
import { account, region } from '../stream/stream.fixture.js'
import { committed, describeCommitment, isCommitted, released } from './commitment.js'

const dayMs = 86_400_000
const startMs = Date.UTC(2030, 0, 1)
const scope = { account, region }
const begun = committed(undefined, scope, startMs)
const described = (settings: AccountSettings | undefined, nowMs: number) => describeCommitment(settings, nowMs)

test('an account without settings is not committed', () => {
  assert.deepEqual(described(undefined, startMs), { Status: 'DISABLED' })
  assert.equal(isCommitted(undefined, startMs), false)
})

test('a commitment begins at once and may end a day later', () => {
  const enabled = { Status: 'ENABLED', StartedAt: new Date(startMs), EarliestAllowedEndAt: new Date(startMs + dayMs) }
  assert.deepEqual(described(begun, startMs), enabled)
  assert.deepEqual(described(begun, startMs + 10 * dayMs), enabled)
})

test('given up within the day it goes on until then and ends by itself', () => {
  const ending = released(begun, startMs + 1000)
  const times = { StartedAt: new Date(startMs), EarliestAllowedEndAt: new Date(startMs + dayMs) }
  assert.deepEqual(described(ending, startMs + dayMs - 1), { Status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END', ...times })
  assert.equal(isCommitted(ending, startMs + dayMs - 1), true)
  assert.deepEqual(described(ending, startMs + dayMs), { Status: 'DISABLED', ...times, EndedAt: new Date(startMs + dayMs) })
  assert.equal(isCommitted(ending, startMs + dayMs), false)
})

test('given up after the day it ends at once', () => {
  const ended = released(begun, startMs + 2 * dayMs)
  assert.equal(isCommitted(ended, startMs + 2 * dayMs), false)
  assert.deepEqual(described(ended, startMs + 2 * dayMs).EndedAt, new Date(startMs + 2 * dayMs))
})

test('given up twice it ends as it would have', () => {
  const ending = released(begun, startMs + 1000)
  assert.equal(released(ending, startMs + 2000), ending)
})

test('wanted again before its end it goes on as it began, and after its end it begins anew', () => {
  const ending = released(begun, startMs + 1000)
  assert.deepEqual(committed(ending, scope, startMs + 2000), begun)
  const anew = committed(ending, scope, startMs + 2 * dayMs)
  assert.deepEqual(described(anew, startMs + 2 * dayMs), {
    Status: 'ENABLED',
    StartedAt: new Date(startMs + 2 * dayMs),
    EarliestAllowedEndAt: new Date(startMs + 3 * dayMs),
  })
})
