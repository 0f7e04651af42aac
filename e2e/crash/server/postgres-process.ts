import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Process ids of the embedded Postgres of a data directory: the postmaster first, then its children. Empty where none runs. */
export function postgresPids(dataDir: string): number[] {
  const [file] = globSync(join(dataDir, '**', 'postmaster.pid'))
  if (file === undefined || !existsSync(file)) return []
  const postmaster = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (!existsSync(`/proc/${postmaster}`)) return []
  const children = readdirSync('/proc').filter((pid) => /^[0-9]+$/.test(pid) && parentOf(pid) === postmaster)
  return [postmaster, ...children.map(Number)]
}

function parentOf(pid: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return 0 // it has ended
  }
}

export function killPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
