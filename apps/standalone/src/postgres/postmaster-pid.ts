import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What a postmaster writes about itself into its data directory, one item a line. */
export interface PostmasterPid {
  readonly pid: number
  /** `starting`, `ready`, `stopping` or `standby`; empty in its first moments. */
  readonly status: string
}

const statusLine = 7

function pidFile(dataDirectory: string): string {
  return join(dataDirectory, 'postmaster.pid')
}

/** Undefined where there is no such file, or one that was not written to its end. */
export function readPostmasterPid(dataDirectory: string): PostmasterPid | undefined {
  let lines: string[]
  try {
    lines = readFileSync(pidFile(dataDirectory), 'utf8').split('\n')
  } catch {
    return undefined
  }
  const pid = Number(lines[0])
  return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[statusLine]?.trim() ?? '' } : undefined
}

/**
 * The process id of a postmaster that runs on this data directory; undefined where none does. A process that merely got the
 * number of one that is gone (usual in containers, where numbers are small) does not count.
 */
export function runningPostmaster(dataDirectory: string): number | undefined {
  const pid = readPostmasterPid(dataDirectory)?.pid
  return pid !== undefined && worksIn(pid, dataDirectory) ? pid : undefined
}

/** Postgres would refuse to start over a file whose number now belongs to any other process, for ever. */
export function removeStalePid(dataDirectory: string): void {
  rmSync(pidFile(dataDirectory), { force: true })
}

/** A postmaster's working directory is its data directory, also after the directory was renamed. */
function worksIn(pid: number, dataDirectory: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataDirectory)
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(dataDirectory)
  } catch {
    return false
  }
}
