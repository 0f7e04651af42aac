/**
 * `npm run e2e`: the suites of e2e, which start servers of their own, then one line that sums them up. Arguments are test
 * files to run instead of all, from the folder e2e: `npm run e2e -- dist/api/put-records.test.js`.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../e2e', import.meta.url))
const runner = fileURLToPath(new URL('package.mjs', import.meta.url))
const result = `${folder}/.turbo/test-result.json`

rmSync(result, { force: true })
const { status } = spawnSync(process.execPath, [runner, ...process.argv.slice(2)], { cwd: folder, stdio: 'inherit' })
/** @type {import('./report.mjs').Counts} */
const { passed, failed, skipped } = JSON.parse(readFileSync(result, 'utf8'))
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = status ?? 1
