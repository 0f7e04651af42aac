import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { ByteBudget } from './byte-budget.js'

test('counts past its bound, and says so', () => {
  const budget = new ByteBudget(ByteBudget.allocate(100))
  assert.deepEqual([budget.add(60), budget.add(40), budget.add(1)], [true, true, false])
  assert.equal(budget.usedBytes, 101)
  budget.release(101)
  assert.equal(budget.usedBytes, 0)
})

test('has room again only at some distance from the bound', () => {
  const budget = new ByteBudget(ByteBudget.allocate(800))
  budget.add(701)
  assert.equal(budget.hasRoom, false)
  budget.release(1)
  assert.equal(budget.hasRoom, true)
})

test('lets one reader pass at a time', () => {
  const shared = ByteBudget.allocate(1)
  const [one, other] = [new ByteBudget(shared), new ByteBudget(shared)]
  assert.deepEqual([one.takePassage(), other.takePassage()], [true, false])
  one.givePassageBack()
  assert.equal(other.takePassage(), true)
})

test('is one budget for all threads', async () => {
  const shared = ByteBudget.allocate(1_000_000_000)
  const script = `
    const { workerData } = require('node:worker_threads')
    import(workerData.module).then(({ ByteBudget }) => {
      const budget = new ByteBudget(workerData.shared)
      for (let i = 0; i < 10000; i++) { budget.add(7); budget.release(3) }
    })`
  const workerData = { shared, module: new URL('./byte-budget.js', import.meta.url).href }
  const workers = [1, 2].map(() => new Worker(script, { eval: true, workerData }))
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.on('exit', resolve))))
  assert.equal(new ByteBudget(shared).usedBytes, 80_000)
})

test('refuses bounds that its cells cannot hold', () => {
  for (const bytes of [0, -1, Number.NaN, 2 ** 30 + 1]) assert.throws(() => ByteBudget.allocate(bytes), RangeError)
})
