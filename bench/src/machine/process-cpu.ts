import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts a process's CPU time in ticks of this length, whatever the kernel's own timer does. */
const tickMs = 10

/**
 * User and system time of a process and of all that descend from it, in milliseconds, with the time of children that have ended. Undefined
 * where there is no /proc.
 */
export function cpuMsOfTree(root: number): number | undefined {
  const processes = readProcesses()
  if (processes === undefined) return undefined
  const isInTree = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = processes.get(at)?.parent)
      if (at === root) return true
    return false
  }
  let sum = 0
  for (const [pid, { cpuMs }] of processes) if (isInTree(pid)) sum += cpuMs
  return sum
}

/** Time that all processes of the machine have used, in milliseconds; undefined where there is no /proc. Fields: proc_stat(5). */
export function cpuMsOfMachine(): number | undefined {
  try {
    const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'latin1').split(/\s+/).slice(1, 8).map(Number)
    return [user, nice, system, irq, softirq].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) * tickMs
  } catch {
    return undefined
  }
}

function readProcesses(): Map<number, { readonly parent: number; readonly cpuMs: number }> | undefined {
  try {
    const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))
    return new Map(pids.flatMap((pid) => statOf(pid)))
  } catch {
    return undefined
  }
}

/** Fields behind the command's closing bracket (proc_pid_stat(5)): state, parent, …, utime, stime, cutime, cstime at 11 to 14. */
function statOf(pid: string): [number, { parent: number; cpuMs: number }][] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return [[Number(pid), { parent: Number(fields[1]), cpuMs: ticks * tickMs }]]
  } catch {
    return [] // it ended between the two reads
  }
}
