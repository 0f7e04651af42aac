import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { renameDurably, writeDurably } from './durable-file.js'
import type { Place } from './place.js'
import { runAsUser } from './run-as.js'
import { syncMethod } from './server-settings.js'

/** A database cluster on disk. */
export interface Cluster {
  readonly dataDirectory: string
  readonly user: string
  readonly password: string
}

const user = 'millrace'

/**
 * The cluster of that place, made at the first call. It is made under another name and renamed when it is whole and on disk, so
 * that a start that was interrupted is repeated, not continued.
 */
export async function openCluster(place: Place): Promise<Cluster> {
  const dataDirectory = join(place.directory, 'data')
  const passwordFile = join(place.directory, 'password')
  if (!existsSync(dataDirectory)) await create(place, dataDirectory, passwordFile)
  return { dataDirectory, user, password: readFileSync(passwordFile, 'utf8') }
}

async function create(place: Place, dataDirectory: string, passwordFile: string): Promise<void> {
  const { directory, runAs, binaries } = place
  writeDurably(passwordFile, randomBytes(24).toString('base64url'))
  if (runAs.kind === 'user') chownSync(passwordFile, runAs.uid, runAs.gid)
  const partial = join(directory, 'data.partial')
  rmSync(partial, { recursive: true, force: true })
  await runAsUser(runAs, binaries.initdb, [
    `--pgdata=${partial}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-instructions',
    `--sync-method=${syncMethod()}`,
  ])
  renameDurably(partial, dataDirectory)
}

/** The longest path of a socket is 107 bytes, and Postgres adds the name of the socket to that of the folder. */
const socketDirectoryBytesMax = 107 - '/.s.PGSQL.5432'.length

/** A folder for the socket that only the database's user may enter: beside the data, or, where that path is too long, a short one. */
export function makeSocketDirectory({ directory, runAs }: Place, temporaryDirectory = '/tmp'): string {
  const beside = join(directory, 'run')
  const isShort = Buffer.byteLength(beside) <= socketDirectoryBytesMax
  const socketDirectory = isShort ? beside : join(temporaryDirectory, `millrace-${randomBytes(6).toString('hex')}`)
  mkdirSync(socketDirectory, { recursive: true, mode: 0o700 })
  if (runAs.kind === 'user') chownSync(socketDirectory, runAs.uid, runAs.gid)
  return socketDirectory
}
