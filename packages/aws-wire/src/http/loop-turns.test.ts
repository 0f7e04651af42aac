import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LoopTurns } from './loop-turns.js'

test('of what comes in one turn of the loop one is served at once and one in each turn that follows, in order', async () => {
  const turns = new LoopTurns()
  let turn = 0
  let turning = setImmediate(function next() {
    turn++
    turning = setImmediate(next)
  })
  const served = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      await turns.wait()
      return [name, turn]
    }),
  )
  assert.deepEqual(served, [
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ])
  await new Promise(setImmediate)
  assert.equal(turns.wait(), undefined)
  clearImmediate(turning)
})
