import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * A stamp is the content hash for which a step was last done. It lies inside node_modules, so that removing that
 * folder removes every claim about it.
 * @param {string} root
 * @param {'install' | 'build'} step
 */
function stampFile(root, step) {
  return path.join(root, 'node_modules', '.millrace', `${step}.hash`)
}

/**
 * @param {string} root
 * @param {'install' | 'build'} step
 * @returns {string | undefined}
 */
export function readStamp(root, step) {
  try {
    return readFileSync(stampFile(root, step), 'utf8')
  } catch {
    return undefined
  }
}

/**
 * @param {string} root
 * @param {'install' | 'build'} step
 * @param {string} hash
 */
export function writeStamp(root, step, hash) {
  const file = stampFile(root, step)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, hash)
}
