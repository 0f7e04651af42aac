import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A clock that a server has from its next start on: so far ahead of this one's. */
export class ShiftedClock {
  private readonly file = join(tmpdir(), `millrace-e2e-clock-${process.pid}`)
  /** Variables for the server. */
  readonly env: Readonly<Record<string, string>>

  constructor() {
    this.shift(0)
    const program = `
      import { readFileSync } from 'node:fs'
      const { now } = Date
      const ms = Number(readFileSync(${JSON.stringify(this.file)}))
      globalThis.Date = class Date extends globalThis.Date {
        constructor(...given) { super(...(given.length > 0 ? given : [Date.now()])) }
        static now() { return now() + ms }
      }`
    this.env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` }
  }

  shift(ms: number): void {
    writeFileSync(this.file, String(ms))
  }

  remove(): void {
    rmSync(this.file)
  }
}
