import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@millrace/service-kit'
import { binariesIn, type PostgresBinaries } from './binaries.js'
import { writeDurably } from './durable-file.js'
import { accountToRunAs, canRunIn, type RunAs } from './run-as.js'

/** Where the database lies, and who runs it. */
export interface Place {
  /** Holds `data`, the password, the log and the socket. */
  readonly directory: string
  readonly runAs: RunAs
  readonly binaries: PostgresBinaries
}

export interface PlaceOptions {
  /** Where the database is wanted. */
  readonly directory: string
  readonly binaries: PostgresBinaries
  readonly logger: Logger
  /** False where name spaces are not to be tried. */
  readonly mayUseNamespace?: boolean
  /** Holds databases that cannot lie where they are wanted, and their copy of the binaries. */
  readonly elsewhere?: string
}

const elsewhereDefault = '/var/lib/millrace'

/** Names the folder that is used instead, when another is. */
const pointerName = 'elsewhere'

/**
 * Not root: here, as oneself. Root: as the owner of the database that is there; else in a name space; else, where that is
 * refused (in most containers), as another user here, if that user can reach it; else as that user in a folder elsewhere.
 * @throws when there is no way
 */
export async function findPlace(options: PlaceOptions): Promise<Place> {
  const { directory, binaries } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (process.getuid?.() !== 0) return { directory, binaries, runAs: { kind: 'self' } }
  const pointer = join(directory, pointerName)
  if (existsSync(pointer)) return asOwner(readFileSync(pointer, 'utf8'), options)
  if (existsSync(join(directory, 'data')) && statSync(join(directory, 'data')).uid !== 0) return asOwner(directory, options)
  const account = accountToRunAs()
  if (account === undefined) throw new Error('Postgres cannot run as root, and /etc/passwd names nobody else to run it as')
  const namespace: RunAs = { kind: 'namespace', uid: account.uid }
  if (options.mayUseNamespace !== false && (await canRunIn(namespace, directory, binaries.postgres))) {
    return { directory, binaries, runAs: namespace }
  }
  return asOtherUser({ kind: 'user', ...account }, options)
}

async function asOtherUser(runAs: RunAs & { kind: 'user' }, options: PlaceOptions): Promise<Place> {
  const { directory, logger } = options
  giveTo(runAs, directory)
  const binaries = await reachableBinaries(runAs, options)
  if (await canRunIn(runAs, directory, binaries.postgres)) {
    logger.warn('user name spaces are refused here: the database runs as another user', { directory, uid: runAs.uid })
    return { directory, binaries, runAs }
  }
  if (existsSync(join(directory, 'data'))) {
    throw new Error(
      `the database in ${directory} cannot be run: user name spaces are refused, and user ${runAs.uid} cannot reach it`,
    )
  }
  const other = makeFolderElsewhere(options)
  giveTo(runAs, other)
  writeDurably(join(directory, pointerName), other)
  logger.warn('user name spaces are refused here: the database lies in another folder', { directory: other, uid: runAs.uid })
  return { directory: other, binaries, runAs }
}

/** A name that is never used twice: a data directory that was deleted is a factory reset, and must not meet its old database. */
function makeFolderElsewhere({ directory, elsewhere = elsewhereDefault }: PlaceOptions): string {
  const wanted = createHash('sha256').update(directory).digest('hex').slice(0, 12)
  const folder = join(elsewhere, `${wanted}-${randomBytes(4).toString('hex')}`)
  mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
  mkdirSync(folder, { mode: 0o700 })
  return folder
}

async function asOwner(directory: string, options: PlaceOptions): Promise<Place> {
  if (!existsSync(directory)) throw new Error(`the database's folder ${directory} is gone`)
  const { uid, gid } = statSync(directory)
  const runAs: RunAs = { kind: 'user', uid, gid }
  return { directory, runAs, binaries: await reachableBinaries(runAs, options) }
}

/** Copies the binaries where the user can reach them, if needed: a clone may lie under a folder that only root may enter. */
async function reachableBinaries(runAs: RunAs, options: PlaceOptions): Promise<PostgresBinaries> {
  const { binaries, elsewhere = elsewhereDefault } = options
  if (await canRunIn(runAs, '/tmp', binaries.postgres)) return binaries
  const release = createHash('sha256').update(readFileSync(binaries.postgres)).digest('hex').slice(0, 12)
  const copy = join(elsewhere, `postgres-${release}`)
  if (!existsSync(copy)) {
    mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
    execFileSync('cp', ['-a', binaries.root, `${copy}.partial`])
    execFileSync('mv', ['-T', `${copy}.partial`, copy])
    chmodSync(copy, 0o755)
  }
  return binariesIn(copy)
}

function giveTo({ uid, gid }: { uid: number; gid: number }, directory: string): void {
  chownSync(directory, uid, gid)
  execFileSync('chown', ['-R', `${uid}:${gid}`, directory])
}
