import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { GeneratorMessage, LoadJob, LoadResult } from './load/job.js'
import { cpuMsOfTree } from './machine/process-cpu.js'

export interface JobFigures {
  readonly result: LoadResult
  /** Of the server's process tree in the measured window; undefined where the system does not tell. */
  readonly serverCpuMs: number | undefined
}

/** Runs one job in a generator process of its own: nothing of an earlier row is in its memory. */
export function runJob(job: LoadJob, serverPid: number): Promise<JobFigures> {
  const child = fork(fileURLToPath(new URL('./load/generator.js', import.meta.url)), { execArgv: ['--max-old-space-size=4096'] })
  let atBegin: number | undefined
  let serverCpuMs: number | undefined
  return new Promise((resolve, reject) => {
    child.on('message', (message: GeneratorMessage) => {
      if (message.kind === 'result') resolve({ result: message.result, serverCpuMs })
      else if (message.kind === 'failed') reject(new Error(message.reason))
      else if (message.edge === 'begin') atBegin = cpuMsOfTree(serverPid)
      else serverCpuMs = difference(cpuMsOfTree(serverPid), atBegin)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the generator ended with code ${code}`)))
    child.send(job)
  })
}

function difference(end: number | undefined, begin: number | undefined): number | undefined {
  return end === undefined || begin === undefined ? undefined : end - begin
}
