import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { rootCredentials, Standalone } from './api/client/standalone.js'

/**
 * Runs the end-to-end tests: `node dist/run.js [part of a file's path …]`. All files of `api` share one server unless they need one of
 * their own; with `MILLRACE_ENDPOINT` (and the AWS variables for the credentials) they speak to that endpoint instead.
 */
const here = fileURLToPath(new URL('.', import.meta.url))
const wanted = process.argv.slice(2)
const files = globSync('{api,load}/*.test.js', { cwd: here })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .map((file) => `${here}${file}`)
  .sort()

const server = process.env.MILLRACE_ENDPOINT === undefined ? await Standalone.start() : undefined
if (server !== undefined) {
  process.env.MILLRACE_ENDPOINT = server.url.href
  process.env.MILLRACE_E2E_OWN = 'true'
  process.env.MILLRACE_CA_FILE = server.caFile
  process.env.AWS_ACCESS_KEY_ID = rootCredentials.accessKeyId
  process.env.AWS_SECRET_ACCESS_KEY = rootCredentials.secretAccessKey
}

// The server leads a process group of its own: a terminal's Ctrl-C does not reach it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void Promise.resolve(server?.remove()).then(() => process.exit(130))
  })
}

const isOfSubtests = (error: Error): boolean => 'failureType' in error && error.failureType === 'subtestsFailed'

const count = { passed: 0, failed: 0, skipped: 0 }
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

if (server !== undefined) {
  if (count.failed > 0) console.log(`The server's log: ${await server.keepLog()}`)
  await server.remove()
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1
