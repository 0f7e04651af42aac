import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Mutation, mutations } from './mutations.js'
import { BrokenPromise } from './shard-ledger.js'
import { simulate } from './simulation.js'

const seedsMax = 60

/** The first broken promise that some run meets. */
async function whatIsNoticed(mutation: Mutation): Promise<BrokenPromise | undefined> {
  for (let seed = 1; seed <= seedsMax; seed++) {
    try {
      await simulate(seed, mutation)
    } catch (error) {
      if (error instanceof BrokenPromise) return error
      throw error
    }
  }
  return undefined
}

for (const mutation of mutations) {
  test(`the simulation notices ${mutation.name}`, async () => {
    assert.ok(await whatIsNoticed(mutation), `${seedsMax} runs noticed nothing`)
  })
}
