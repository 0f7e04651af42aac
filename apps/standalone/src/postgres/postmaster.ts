import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.js'
import { endPostmaster } from './end-process.js'
import type { Place } from './place.js'
import { readPostmasterPid } from './postmaster-pid.js'
import { commandAs } from './run-as.js'
import { serverSettings } from './server-settings.js'

const pollMs = 10
const logBytesMax = 1024 * 1024
const logLinesTold = 10

/**
 * One run of the server program. It leads a session of its own, so that Ctrl-C at the terminal does not reach it before those who
 * still write to it, and its messages go to a file, since a pipe would end with us. It outlives us when we are killed.
 */
export class Postmaster {
  private readonly child: ChildProcess
  /** Resolves with the reason when the program is gone; it never rejects. */
  readonly ended: Promise<string>
  private hasEnded = false

  constructor(
    private readonly place: Place,
    private readonly cluster: Cluster,
    socketDirectory: string,
  ) {
    const settings = serverSettings(socketDirectory).flatMap((setting) => ['-c', setting])
    const command = commandAs(place.runAs, place.binaries.postgres, ['-D', cluster.dataDirectory, ...settings])
    const log = openLog(this.logFile)
    this.child = spawn(command.file, command.args, {
      ...command.options,
      cwd: '/',
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      detached: true,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.hasEnded = true
        resolve(reason)
      }
      this.child.once('error', (error) => end(error.message))
      this.child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))
    })
  }

  /** Undefined where the program could not be started. */
  get pid(): number | undefined {
    return this.child.pid
  }

  /**
   * Resolves when connections are served, which after a crash takes as long as the recovery.
   * @throws with the end of its log when it ends before
   */
  async ready(): Promise<void> {
    while (!this.hasEnded) {
      const written = readPostmasterPid(this.cluster.dataDirectory)
      if (written?.pid === this.pid && written?.status === 'ready') return
      await sleep(pollMs)
    }
    throw new Error(`Postgres ended before it was ready (${await this.ended}):\n${this.endOfLog()}`)
  }

  async stop(): Promise<void> {
    if (this.pid !== undefined) await endPostmaster(this.pid, () => !this.hasEnded)
  }

  private get logFile(): string {
    return join(this.place.directory, 'postgres.log')
  }

  private endOfLog(): string {
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-logLinesTold).join('\n')
  }
}

/** Appends; a log that has grown is set aside, in place of the one that was set aside before. */
function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > logBytesMax) renameSync(file, `${file}.1`)
  return openSync(file, 'a', 0o600)
}
