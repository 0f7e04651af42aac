import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { ProblemToTell } from './problem.mjs'

/** What Millrace runs on. */
const WANTED = { major: 24, minor: 6 }

/** The oldest Node that can run this preparation. */
const OLDEST_MAJOR = 20

/** @param {string} version such as `v24.21.0` */
function parse(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return { major, minor }
}

/** @param {string} version such as `v24.21.0` */
export function isNewEnough(version) {
  const { major, minor } = parse(version)
  return major > WANTED.major || (major === WANTED.major && minor >= WANTED.minor)
}

/** @throws {ProblemToTell} when the running Node is too old even to prepare */
export function oldestNodeForPrepare() {
  if (parse(process.versions.node).major >= OLDEST_MAJOR) return
  throw new ProblemToTell(
    `Node ${process.versions.node} is too old: install Node ${OLDEST_MAJOR} or newer (https://nodejs.org) and try again`,
  )
}

/**
 * Puts the Node that Millrace runs on at node_modules/.millrace/bin/node: the locked one of this platform when there is one
 * and it runs here (on Alpine it does not), else the running one when it is new enough.
 * @param {string} root
 * @returns {string} the folder to put first on PATH
 * @throws {ProblemToTell}
 */
export function linkNode(root) {
  const binary = [lockedNode(root), process.execPath].find((candidate) => isNewEnough(versionOf(candidate)))
  if (binary === undefined) throw new ProblemToTell(adviceWithoutNode())
  const folder = path.join(root, 'node_modules', '.millrace', 'bin')
  const link = path.join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
  mkdirSync(folder, { recursive: true })
  rmSync(link, { force: true })
  symlinkSync(binary, link)
  return folder
}

/** @param {string} root */
function lockedNode(root) {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  return path.join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', file)
}

/** @param {string} binary */
function versionOf(binary) {
  if (binary === process.execPath) return process.versions.node
  try {
    return execFileSync(binary, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return 'v0.0.0'
  }
}

function adviceWithoutNode() {
  const wanted = `${WANTED.major}.${WANTED.minor}`
  return (
    `Millrace runs on Node ${wanted} or newer, and none comes with it for ${process.platform} on ${process.arch} ` +
    `(or the one that does cannot run here). This is Node ${process.versions.node}: install Node ${wanted} or newer ` +
    '(https://nodejs.org, or `nvm install 24`), put it first on PATH and try again'
  )
}
