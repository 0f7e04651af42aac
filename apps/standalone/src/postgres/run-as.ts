import { execFile, type SpawnOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/**
 * Whom Postgres runs as. It refuses to run as root, so root either maps itself to another id in a user name space, where it can
 * still enter what only root may enter, or becomes another user, who must be able to reach the folder.
 */
export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'namespace'; readonly uid: number }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number }

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly options: Pick<SpawnOptions, 'uid' | 'gid'>
}

/** The command by which `file` runs as `runAs`. Each form execs: the process id is that of `file`. */
export function commandAs(runAs: RunAs, file: string, args: readonly string[]): Command {
  switch (runAs.kind) {
    case 'self':
      return { file, args, options: {} }
    case 'namespace':
      return {
        file: 'unshare',
        args: ['--user', `--map-user=${runAs.uid}`, `--map-group=${runAs.uid}`, '--', file, ...args],
        options: {},
      }
    case 'user':
      return { file, args, options: { uid: runAs.uid, gid: runAs.gid } }
  }
}

const run = promisify(execFile)

/**
 * Runs to the end and gives what it printed.
 * @throws with what it printed on stderr
 */
export async function runAsUser(runAs: RunAs, file: string, args: readonly string[]): Promise<string> {
  const command = commandAs(runAs, file, args)
  const { stdout } = await run(command.file, command.args, { ...command.options, cwd: '/' })
  return stdout
}

/** Whether Postgres, run so, could start there: it may write in the folder and reach its own program. */
export async function canRunIn(runAs: RunAs, directory: string, program: string): Promise<boolean> {
  try {
    await runAsUser(runAs, 'sh', ['-c', 'test -w "$1" && test -x "$1" && "$2" --version', 'sh', directory, program])
    return true
  } catch {
    return false
  }
}

/** Ids that need no rights: 1000 is the first person of most systems, 65534 is `nobody`. */
const preferredUids = [1000, 65_534]

/**
 * An account that is not root, to run as. It must be in the password file, because initdb looks itself up there.
 * Undefined where there is none.
 */
export function accountToRunAs(preferred: readonly number[] = preferredUids): { uid: number; gid: number } | undefined {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([, , uid, gid]) => ({ uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0)
  const byPreference = preferred.map((uid) => accounts.find((account) => account.uid === uid))
  return byPreference.find((account) => account !== undefined) ?? accounts[0]
}
