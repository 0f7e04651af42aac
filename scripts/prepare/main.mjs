/**
 * Makes a clone ready to run: dependencies, Node 24, the links that install scripts would have made, the build.
 * Does nothing, in well under a second, when the stamps of the last time still fit the sources.
 *
 * Runs on Node 20 and needs no dependency. Everything is written to stderr: stdout belongs to what runs next.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, buildHash, isBuilt } from './build.mjs'
import { install, installHash, linkInstalled } from './install.mjs'
import { withLock } from './lock.mjs'
import { linkNode, oldestNodeForPrepare } from './node-binary.mjs'
import { ProblemToTell } from './problem.mjs'
import { readStamp, writeStamp } from './stamp.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** @param {string} root */
async function isReady(root) {
  if (!existsSync(path.join(root, 'node_modules', '.millrace', 'bin'))) return false
  if (readStamp(root, 'install') !== (await installHash(root))) return false
  return readStamp(root, 'build') === (await buildHash(root)) && isBuilt(root)
}

/** @param {string} root */
async function prepare(root) {
  const dependencies = await installHash(root)
  if (readStamp(root, 'install') !== dependencies) {
    await install(root)
    writeStamp(root, 'install', dependencies)
  }
  await linkInstalled(root)
  const node = linkNode(root)
  const sources = await buildHash(root)
  if (readStamp(root, 'build') !== sources || !isBuilt(root)) {
    await build(root, node)
    writeStamp(root, 'build', sources)
  }
}

try {
  oldestNodeForPrepare()
  if (!(await isReady(root))) {
    await withLock(path.join(root, '.turbo', 'prepare.lock'), async () => {
      if (!(await isReady(root))) await prepare(root)
    })
  }
} catch (error) {
  if (!(error instanceof ProblemToTell)) throw error
  process.stderr.write(`millrace: ${error.message}\n`)
  process.exit(1)
}
