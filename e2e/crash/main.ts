import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '@millrace/testkit'
import { Random } from './random.js'
import { CrashRun } from './round.js'
import { ServerUnderTest } from './server/server-under-test.js'
import { Violation } from './violation.js'

const usage = `npm run crash -- [options]
  --rounds N   crashes (50)
  --seed N     of the plan; a run prints its own (random)`

function whole(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} ${text}: a whole number is wanted`)
  return value
}

function summary(run: CrashRun, server: ServerUnderTest, seconds: number): string {
  const { acknowledgedRecords, acknowledgedBytes, unansweredPuts } = run.ledger
  const starts = [...server.startsMs].sort((one, other) => one - other)
  const median = starts[Math.floor(starts.length / 2)] ?? 0
  return [
    `${acknowledgedRecords.toLocaleString('en-US')} records acknowledged (${(acknowledgedBytes / 1024 ** 2).toFixed(0)} MiB), none lost; ` +
      `${run.ledger.pushedRecords.toLocaleString('en-US')} pushed to subscribers; ${run.ledger.reshards} reshards; ` +
      `${unansweredPuts} puts without an answer`,
    `crashes: ${[...run.faults].map(([fault, count]) => `${fault} ${count}`).join(', ')}; starts killed on their way: ${server.killedStarts}`,
    `start: median ${median.toFixed(0)} ms, longest ${(starts.at(-1) ?? 0).toFixed(0)} ms; run: ${seconds.toFixed(0)} s`,
  ].join('\n')
}

function tellFailure(error: unknown, server: ServerUnderTest, dataDir: string, seed: number, round: number): void {
  const lines = [`round ${round} failed: ${error instanceof Error ? error.stack : String(error)}`]
  if (error instanceof Violation) lines.push(`evidence: ${JSON.stringify(error.evidence, null, 2)}`)
  lines.push('the end of what the server printed:', server.log.split('\n').slice(-40).join('\n'))
  lines.push(`data directory, kept: ${dataDir}`, `again: npm run crash -- --rounds ${round} --seed ${seed}`)
  console.error(lines.join('\n'))
}

async function main(): Promise<void> {
  const options = { rounds: { type: 'string', default: '50' }, seed: { type: 'string' } } as const
  const { values } = parseArgs({ options })
  const rounds = whole('rounds', values.rounds)
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', values.seed)
  const dataDir = mkdtempSync(join(tmpdir(), 'millrace-crash-'))
  console.log(`${rounds} rounds, seed ${seed}, data in ${dataDir}`)
  const beganMs = performance.now()
  const random = new Random(seed)
  const server = new ServerUnderTest(dataDir, await freePort(), random.fork())
  const run = new CrashRun(server, random)
  let round = 0
  try {
    for (round = 1; round <= rounds; round++) {
      await run.round()
      if (round % 10 === 0)
        console.log(`${round} rounds, ${run.ledger.acknowledgedRecords.toLocaleString('en-US')} records acknowledged`)
    }
    await run.finish()
    console.log(summary(run, server, (performance.now() - beganMs) / 1000))
    console.log(`rounds: ${rounds} passed, 0 failed`)
  } catch (error) {
    tellFailure(error, server, dataDir, seed, round)
    console.log(`rounds: ${round - 1} passed, 1 failed`)
    process.exitCode = 1
  }
  await server.end()
  if (process.exitCode !== 1) rmSync(dataDir, { recursive: true, force: true })
}

if (process.argv.includes('--help')) console.log(usage)
else await main()
