/**
 * `npm test`: every workspace's tests by turbo's task graph, then one line that sums them up. A workspace whose sources,
 * and those of what it depends on, have not changed since its tests passed is not run again but counted from turbo's
 * cache, and the line says so; `npm test -- --force` runs all. Other arguments go to turbo (`--filter=@millrace/model`).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { workspaceFolders } from '../prepare/workspaces.mjs'
import { summarise } from './summary.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const runs = path.join(root, '.turbo', 'runs')

rmSync(runs, { recursive: true, force: true })
for (const folder of workspaceFolders(root)) rmSync(path.join(root, folder, '.turbo', 'test-result.json'), { force: true })

const turbo = path.join(root, 'node_modules', 'turbo', 'bin', 'turbo')
const fixed = ['run', 'test', '--continue', '--summarize', '--log-order=grouped', '--log-prefix=none', '--env-mode=loose']
const { status } = spawnSync(process.execPath, [turbo, ...fixed, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
})

/** @type {import('./summary.mjs').TurboTask[]} */
const tasks = existsSync(runs)
  ? readdirSync(runs).flatMap((name) => JSON.parse(readFileSync(path.join(runs, name), 'utf8')).tasks)
  : []
const { line, failed } = summarise(tasks, (folder) => readResult(path.join(root, folder, '.turbo', 'test-result.json')), status)
process.stdout.write(`${line}\n`)
process.exitCode = failed > 0 ? 1 : 0

/**
 * @param {string} file
 * @returns {import('./report.mjs').Counts | undefined}
 */
function readResult(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
