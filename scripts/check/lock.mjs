import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * The lock file names versions and hashes, and no addresses: it must work with any registry.
 * @param {string} root
 * @returns {Promise<import('./checks.mjs').Findings>}
 */
export async function lock(root) {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  const named = Object.entries(packages).filter(([, { resolved, link }]) => resolved && !link)
  return { problems: named.map(([name]) => `${name} has an address`), remarks: [] }
}
