import type { Random } from './random.js'

/**
 * Everything that is under way in a simulated process: operations of the disk, messages, work put off to a later turn of the loop.
 * A step completes one of them, whichever the seed says, so that things overlap and overtake each other as they may in life.
 */
export class Turns {
  private tasks: (() => void)[] = []

  constructor(private readonly random: Random) {}

  get pending(): number {
    return this.tasks.length
  }

  readonly add = (task: () => void): void => {
    this.tasks.push(task)
  }

  /** Completes one task, with all that follows from it at once. False where there is none. */
  async step(): Promise<boolean> {
    if (this.tasks.length === 0) await microtasks()
    const i = this.random.below(this.tasks.length)
    const task = this.tasks[i]
    if (!task) return false
    const last = this.tasks.pop()
    if (last && last !== task) this.tasks[i] = last
    task()
    await microtasks()
    return true
  }

  /** The process is gone: what was under way never happens, nor what was just about to begin something. */
  async clear(): Promise<void> {
    await microtasks()
    this.tasks = []
  }
}

/** Resolves when no promise has anything left to run. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
