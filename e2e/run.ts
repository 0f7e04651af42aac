import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { served } from './served.js'

/**
 * Runs the end-to-end tests: `node dist/run.js [part of a file's path …]`. All files share one server unless they need one of their
 * own.
 */
const here = fileURLToPath(new URL('.', import.meta.url))
const wanted = process.argv.slice(2)
const files = globSync('{api,load,sdk}/*.test.js', { cwd: here })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .map((file) => `${here}${file}`)
  .sort()
if (files.length === 0) {
  console.error(`no test file's path has any of: ${wanted.join(' ')}`)
  process.exit(2)
}

const isOfSubtests = (error: Error): boolean => 'failureType' in error && error.failureType === 'subtestsFailed'

const count = { passed: 0, failed: 0, skipped: 0 }

await served(async () => {
  const events = run({ files, concurrency: Math.min(files.length, availableParallelism()), timeout: 600_000 })
  events.on('test:pass', (event) => {
    if (event.details.type === 'suite') return
    if (event.skip === undefined) count.passed++
    else count.skipped++
  })
  events.on('test:fail', (event) => {
    // A suite fails with its tests, which have been counted, or by itself: then none of them has run.
    if (event.details.type !== 'suite' || !isOfSubtests(event.details.error)) count.failed++
  })
  events.compose(spec).pipe(process.stdout, { end: false })
  await new Promise((resolve) => events.once('end', resolve))
  return count.failed === 0 && count.passed > 0
})
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
