import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { GeneratorMessage, LoadJob, LoadResult } from './load/job.js'
import { cpuMsOfMachine, cpuMsOfTree } from './machine/process-cpu.js'

export interface JobFigures {
  readonly result: LoadResult
  /** Of the server's process tree in the measured window; undefined where the system does not tell. */
  readonly serverCpuMs: number | undefined
  /** Of everything else on the machine but the generator: where it is not small, the figures tell of other work, too. */
  readonly othersCpuMs: number | undefined
}

interface CpuReading {
  readonly server: number | undefined
  readonly machine: number | undefined
}

/** Runs one job in a generator process of its own: nothing of an earlier row is in its memory. */
export function runJob(job: LoadJob, serverPid: number): Promise<JobFigures> {
  const child = fork(fileURLToPath(new URL('./load/generator.js', import.meta.url)), { execArgv: ['--max-old-space-size=4096'] })
  const read = (): CpuReading => ({ server: cpuMsOfTree(serverPid), machine: cpuMsOfMachine() })
  let [begin, end]: (CpuReading | undefined)[] = []
  return new Promise((resolve, reject) => {
    child.on('message', (message: GeneratorMessage) => {
      if (message.kind === 'result') resolve({ result: message.result, ...cpuBetween(begin, end, message.result.cpuMs) })
      else if (message.kind === 'failed') reject(new Error(message.reason))
      else if (message.edge === 'begin') begin = read()
      else end = read()
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the generator ended with code ${code}`)))
    child.send(job)
  })
}

function cpuBetween(begin: CpuReading | undefined, end: CpuReading | undefined, generatorMs: number): Omit<JobFigures, 'result'> {
  const serverCpuMs = difference(end?.server, begin?.server)
  const machineMs = difference(end?.machine, begin?.machine)
  if (serverCpuMs === undefined || machineMs === undefined) return { serverCpuMs, othersCpuMs: undefined }
  return { serverCpuMs, othersCpuMs: Math.max(0, machineMs - serverCpuMs - generatorMs) }
}

function difference(end: number | undefined, begin: number | undefined): number | undefined {
  return end === undefined || begin === undefined ? undefined : end - begin
}
