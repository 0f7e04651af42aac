import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** What a build or a test run makes; never an input. Names, and paths from the root. */
const MADE = new Set(['node_modules', 'dist', '.turbo', 'packages/metadata/src/generated'])

/**
 * One hash over names and contents, independent of times and of the order in which a folder lists its files.
 * @param {string} root
 * @param {string[]} names files and folders, relative to the root; a folder stands for all the sources in it
 * @returns {Promise<string>}
 */
export async function hashOfFiles(root, names) {
  const hash = createHash('sha256')
  const files = (await Promise.all(names.map((name) => sourcesIn(root, name)))).flat().sort()
  for (const file of files) {
    const content = await readFile(path.join(root, file))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * @param {string} root
 * @param {string} name
 * @returns {Promise<string[]>}
 */
async function sourcesIn(root, name) {
  const entries = await readdir(path.join(root, name), { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return undefined
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (entries === undefined) return [name]
  const below = entries.map((entry) => {
    const inside = `${name}/${entry.name}`
    if (MADE.has(entry.name) || MADE.has(inside)) return []
    return entry.isDirectory() ? sourcesIn(root, inside) : [inside]
  })
  return (await Promise.all(below)).flat()
}
