import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Something that befalls one thread of a server that is not the main one, at a moment of the test's choice. */
export class ThreadFault {
  private readonly folder = mkdtempSync(join(tmpdir(), 'millrace-e2e-fault-'))
  private readonly signal = join(this.folder, 'signal')
  private readonly over = join(this.folder, 'over')

  /** `statement`: what the thread executes, in JavaScript; no other thread does. */
  constructor(statement: string) {
    writeFileSync(this.program, programOf(statement, this.signal, this.over))
  }

  /** For a server that it is to befall. */
  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--require=${this.program}` }
  }

  strike(): void {
    writeFileSync(this.signal, '')
  }

  get hasBegun(): boolean {
    return !existsSync(this.signal)
  }

  get isOver(): boolean {
    return existsSync(this.over)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }

  private get program(): string {
    return join(this.folder, 'fault.cjs')
  }
}

/** Loaded by every thread. The first that finds the signal takes it away. */
function programOf(statement: string, signal: string, over: string): string {
  return `
const { unlinkSync, writeFileSync } = require('node:fs')
function look() {
  try {
    unlinkSync(${JSON.stringify(signal)})
  } catch {
    return
  }
  ${statement}
  writeFileSync(${JSON.stringify(over)}, '')
}
if (!require('node:worker_threads').isMainThread) setInterval(look, 5).unref()
`
}
