import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ofLastDay } from './rolling-day.js'

const nowMs = Date.UTC(2030, 0, 1)

test('what is younger than 24 hours counts', () => {
  assert.deepEqual(ofLastDay([nowMs - 86_400_000, nowMs - 86_399_999, nowMs], nowMs), [nowMs - 86_399_999, nowMs])
})

test('what a clock that was set back has left in the future does not', () => {
  assert.deepEqual(ofLastDay([nowMs + 1, nowMs + 86_400_000], nowMs), [])
})
