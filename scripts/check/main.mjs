/**
 * `npm run check`: every check that needs no running server, side by side. Each prints one line with its time, what it found
 * below the line, and the last line says how many found something. Names as arguments choose checks: `npm run check -- layers`.
 */
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { checks } from './checks.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !checks.some((check) => check.name === name))
if (unknown.length > 0) {
  process.stderr.write(`no such check: ${unknown.join(', ')}; there are: ${checks.map((check) => check.name).join(', ')}\n`)
  process.exit(2)
}

const queue = checks.filter((check) => asked.length === 0 || asked.includes(check.name))
let failed = 0

/** @param {import('./checks.mjs').Check} check */
async function report(check) {
  const startedAt = performance.now()
  const { problems, remarks } = await check.run(root)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const lines = [...problems.map((text) => `  ${text}`), ...remarks.map((text) => `  note: ${text}`)]
  process.stdout.write(
    [`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${check.what}, ${seconds} s)`, ...lines, ''].join('\n'),
  )
  if (problems.length > 0) failed += 1
}

async function worker() {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) await report(check)
}

process.chdir(path.resolve(root))
const total = queue.length
await Promise.all(Array.from({ length: os.availableParallelism() }, worker))
process.stdout.write(`checks: ${total - failed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0
