import { parseArgs } from 'node:util'
import { mutations } from './mutations.js'
import { BrokenPromise } from './shard-ledger.js'
import { simulate } from './simulation.js'

/**
 * Runs the simulation: `--seed` the first seed, `--rounds` how many runs, each with the next seed; `--mutation` breaks the log
 * first, `--trace` prints what happened.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
    mutation: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed)
const mutation = mutations.find(({ name }) => name === values.mutation)
let [acknowledged, crashes, compactions] = [0, 0, 0]
for (let seed = first; seed < first + Number(values.rounds); seed++) {
  try {
    const result = await simulate(seed, mutation)
    acknowledged += result.appendsAcknowledged
    crashes += result.crashes
    compactions += result.compactions
    if (values.trace) console.log(result.trace.join('\n'))
  } catch (error) {
    if (!(error instanceof BrokenPromise)) throw error
    if (values.trace) console.log(error.trace.join('\n'))
    console.error(`seed ${seed}: ${error.message}`)
    process.exit(1)
  }
}
console.log(
  `${values.rounds} runs from seed ${first}: ${acknowledged} appends acknowledged, ${crashes} crashes, ${compactions} compactions, nothing lost`,
)
