/**
 * `npm run e2e`: compiles what changed in e2e, then becomes its runner, which starts the server that the tests speak to. Arguments
 * are parts of the names of test files to run instead of all: `npm run e2e -- iterators`.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const inherit = /** @type {const} */ ({ cwd: root, stdio: 'inherit' })

const compiled = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'e2e'], inherit)
if (compiled.status === 0) {
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', 'e2e/dist/run.js', ...process.argv.slice(2)], inherit)
  process.exitCode = status ?? 1
} else process.exitCode = 1
