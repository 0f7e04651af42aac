/**
 * Runs the tests of the workspace in the current folder and leaves their counts in .turbo/test-result.json, where the
 * summary of `npm test` finds them (turbo restores the file with a cached run). Compiled tests stand in dist, plain ones
 * beside their source. Arguments, when given, are globs of the test files to run instead of all.
 */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { run } from 'node:test'
import { reportProblems } from './report.mjs'

/** A test that takes longer hangs. */
const TEST_TIMEOUT_MS = 120_000

const { name } = JSON.parse(readFileSync('package.json', 'utf8'))
const asked = process.argv.slice(2)
const globs = asked.length > 0 ? asked : ['dist/**/*.test.js', '*/**/*.test.mjs']
const files = globSync(globs, { exclude: ['node_modules/**'] }).sort()

/** @type {import('./report.mjs').Counts} */
const counts = { passed: 0, failed: 0, skipped: 0 }
if (files.length > 0) {
  const concurrency = Math.max(1, Math.floor(os.availableParallelism() / 2))
  const events = run({ files, concurrency, timeout: TEST_TIMEOUT_MS, execArgv: ['--enable-source-maps'] })
  Object.assign(counts, await reportProblems(events, process.stdout))
}
process.stdout.write(`${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
mkdirSync('.turbo', { recursive: true })
writeFileSync('.turbo/test-result.json', JSON.stringify(counts))
process.exitCode = counts.failed > 0 ? 1 : 0
