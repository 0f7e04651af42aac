import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from './simulation.js'

/** CI runs more of them, by `npm run sim`. */
const seeds = 40

test('no run loses what was acknowledged, shows what was not, or gives an offset twice', async () => {
  let [appends, crashes, compactions] = [0, 0, 0]
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await simulate(seed)
    appends += run.appendsAcknowledged
    crashes += run.crashes
    compactions += run.compactions
  }
  assert.ok(
    appends > 2000 && crashes > 150 && compactions > 20,
    `${appends} appends, ${crashes} crashes, ${compactions} compactions`,
  )
})

test('the same seed gives the same run', async () => {
  for (const seed of [7, 8, 9]) assert.deepEqual(await simulate(seed), await simulate(seed))
})

test('another seed gives another run', async () => {
  assert.notDeepEqual((await simulate(7)).trace, (await simulate(8)).trace)
})
