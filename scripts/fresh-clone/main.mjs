/**
 * What a stranger does: clones into a folder that only he may enter, types `npm start`, stops it, starts it again, types
 * `npm test`. Needs git, Node 20 and npm, and nothing installed. Clones what is committed.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { processesOf, startServer } from './server.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const parent = mkdtempSync(path.join(os.tmpdir(), 'millrace-fresh-'))
const clone = path.join(parent, 'millrace')
const counts = { passed: 0, failed: 0 }

/** @param {string} name @param {() => Promise<void>} work */
async function claim(name, work) {
  try {
    await work()
    counts.passed += 1
    process.stdout.write(`ok     ${name}\n`)
  } catch (error) {
    counts.failed += 1
    process.stdout.write(`FAILED ${name}\n  ${error instanceof Error ? error.stack : error}\n`)
  }
}

async function nothingIsLeft() {
  assert.deepEqual(processesOf(clone), [])
}

process.once('exit', () => {
  for (const { pid } of processesOf(clone)) process.kill(pid, 'SIGKILL')
  rmSync(parent, { recursive: true, force: true })
})

const cloned = spawnSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' })
assert.equal(cloned.status, 0)

await claim('npm start on a fresh clone installs, builds, says how far it is, and serves', async () => {
  const server = await startServer(clone)
  assert.match(server.output, /installing dependencies/)
  assert.match(server.output, /building/)
  assert.deepEqual(await server.health(), {
    live: true,
    ready: true,
    version: JSON.parse(readFileSync(`${clone}/package.json`, 'utf8')).version,
  })
  assert.match(
    readFileSync(`${clone}/.millrace/credentials`, 'utf8'),
    /^\[default\]\naws_access_key_id = \S+\naws_secret_access_key = \S+\n$/,
  )
  assert.equal(await server.stop('SIGTERM'), 0)
  await nothingIsLeft()
})

await claim('the second npm start neither installs nor builds, and Ctrl-C at the terminal stops it cleanly', async () => {
  const server = await startServer(clone)
  assert.doesNotMatch(server.output, /installing|building/)
  assert.equal(await server.stopByTerminal(), 0)
  await nothingIsLeft()
})

await claim('after SIGKILL of everything but Postgres the next npm start serves again', async () => {
  const killed = await startServer(clone)
  killed.kill()
  const server = await startServer(clone)
  assert.equal((await server.health()).ready, true)
  assert.equal(await server.stop('SIGTERM'), 0)
  await nothingIsLeft()
})

await claim('a second npm start on the same data says who holds it and ends, and disturbs nothing', async () => {
  const server = await startServer(clone)
  await assert.rejects(startServer(clone), /held by/)
  assert.equal((await server.health()).ready, true)
  assert.equal(await server.stop('SIGTERM'), 0)
  await nothingIsLeft()
})

await claim('the clone has no changes after all that', async () => {
  const { stdout } = spawnSync('git', ['status', '--porcelain'], { cwd: clone, encoding: 'utf8' })
  assert.equal(stdout, '')
})

// All tests run in CI's own clone; here those to which folder and user make a difference.
const filters = ['standalone', 'metadata', 'scripts'].map((name) => `--filter=@millrace/${name}`)

await claim('npm test on a fresh clone installs, builds, passes and says how many', async () => {
  rmSync(clone, { recursive: true })
  assert.equal(spawnSync('git', ['clone', '--quiet', root, clone], { stdio: 'inherit' }).status, 0)
  const { stdout, stderr, status } = spawnSync('npm', ['test', '--', ...filters], {
    cwd: clone,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  assert.match(stdout, /^[1-9]\d* passed, 0 failed/m, stdout + stderr)
  assert.equal(status, 0)
  await nothingIsLeft()
})

process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`)
process.exitCode = counts.failed > 0 ? 1 : 0
