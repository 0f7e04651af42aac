import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { LoopHold } from './loop-hold.js'

test('a step that holds the loop shows', async () => {
  const hold = new LoopHold()
  hold.takeMaxMs()
  const until = performance.now() + 150
  while (performance.now() < until);
  await sleep(30)
  assert.ok(hold.takeMaxMs() >= 100)
})
