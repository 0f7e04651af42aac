/**
 * One large piece of work in a turn of the loop: many that become ready together would else be done in one go, while everything else
 * waits. Who comes first is served first; the line is as long as there are requests, which a budget bounds.
 */
export class LoopTurns {
  private readonly line: (() => void)[] = []
  private taken = false

  /** Undefined: it is your turn. */
  wait(): Promise<void> | undefined {
    if (this.taken) return new Promise((resolve) => this.line.push(resolve))
    this.taken = true
    setImmediate(() => this.pass())
    return undefined
  }

  private pass(): void {
    const next = this.line.shift()
    this.taken = next !== undefined
    if (!next) return
    next()
    setImmediate(() => this.pass())
  }
}

/** Of this thread's loop. */
export const loopTurns = new LoopTurns()
