import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { hashOfFiles } from './content-hash.mjs'
import { step } from './step.mjs'

/** @param {string} root */
export function buildHash(root) {
  return hashOfFiles(root, ['package-lock.json', 'tsconfig.base.json', 'tsconfig.json', 'turbo.json', ...compiledFolders(root)])
}

/** @param {string} root */
export function isBuilt(root) {
  return compiledFolders(root).every((folder) => existsSync(path.join(root, folder, 'dist')))
}

/**
 * Workspaces that `tsc -b` compiles.
 * @param {string} root
 * @returns {string[]}
 */
function compiledFolders(root) {
  const { references } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'))
  return references.map((/** @type {{ path: string }} */ reference) => reference.path)
}

/**
 * Where the sources of a workspace stand that `dist` mirrors.
 * @param {string} root
 * @param {string} folder
 */
function sourceFolder(root, folder) {
  const { compilerOptions } = JSON.parse(readFileSync(path.join(root, folder, 'tsconfig.json'), 'utf8'))
  return path.join(root, folder, compilerOptions.rootDir)
}

/**
 * Generates and compiles, by turbo's task graph. All packages are one `tsc -b`: a compiler per package takes five times as long.
 * @param {string} root
 * @param {string} nodeFolder put first on PATH
 */
export async function build(root, nodeFolder) {
  const turbo = path.join(root, 'node_modules', 'turbo', 'bin', 'turbo')
  const node = path.join(nodeFolder, process.platform === 'win32' ? 'node.exe' : 'node')
  const args = [turbo, 'run', 'compile', '--output-logs=errors-only', '--log-prefix=none', '--env-mode=loose']
  await step('building', node, args, { cwd: root, env: buildEnvironment(nodeFolder) })
  // Afterwards: only then the generated sources are there, and tsc would not write again what is taken from under it.
  for (const folder of compiledFolders(root)) removeStale(sourceFolder(root, folder), path.join(root, folder, 'dist'))
}

/**
 * @param {string} nodeFolder
 * @returns {NodeJS.ProcessEnv}
 */
function buildEnvironment(nodeFolder) {
  return {
    ...process.env,
    PATH: `${nodeFolder}${path.delimiter}${process.env.PATH}`,
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
  }
}

/**
 * Removes compiled files whose source is gone: tsc leaves them, and a test that was deleted would go on running.
 * @param {string} source
 * @param {string} output
 */
function removeStale(source, output) {
  if (!existsSync(output)) return
  for (const entry of readdirSync(output, { withFileTypes: true })) {
    const file = path.join(output, entry.name)
    if (entry.isDirectory()) removeStale(path.join(source, entry.name), file)
    else if (isStale(source, entry.name)) rmSync(file)
  }
}

/**
 * @param {string} source folder
 * @param {string} compiled file name
 */
function isStale(source, compiled) {
  const stem = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(compiled)?.[1]
  return stem !== undefined && !['.ts', '.js', '.mjs'].some((extension) => existsSync(path.join(source, stem + extension)))
}
