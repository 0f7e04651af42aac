import type { StreamChange } from '@millrace/metadata'
import { type Clock, ok } from '@millrace/model'
import type { Logger } from '@millrace/service-kit'
import { dueChange, dueInMs, type StateMoment } from './due-change.js'
import type { StreamDirectory } from './stream-directory.js'
import type { StreamWriter } from './stream-writer.js'

/** In one transaction. */
const changesMax = 100
/** The longest sleep, after which the clock is read again: it may have been set. */
const sleepMaxMs = 60_000
const retryMs = 1_000

/**
 * Ends CREATING, UPDATING and DELETING when their time is over. The time stands in the row, so a state that was begun
 * before a crash ends after it.
 */
export class StatusClock {
  private timer: NodeJS.Timeout | undefined
  private isRunning = false
  /** After a failure, which is no reason to try again at once, nor is what others change meanwhile. */
  private isPausing = false

  constructor(
    private readonly directory: StreamDirectory,
    private readonly writer: StreamWriter,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly stateDelayMs: number,
  ) {}

  start(): void {
    this.isRunning = true
    this.schedule()
  }

  stop(): void {
    this.isRunning = false
    clearTimeout(this.timer)
  }

  /** Sleeps until the next state ends; called again whenever streams have changed. */
  schedule(): void {
    if (!this.isRunning || this.isPausing) return
    const moment = this.moment()
    let nextMs = Infinity
    for (const stream of this.directory.changingStreams()) nextMs = Math.min(nextMs, dueInMs(stream, moment))
    if (nextMs !== Infinity) this.sleep(nextMs)
  }

  /** Ends what is due now. */
  async advance(): Promise<void> {
    const done = await this.writer.change((directory) => {
      return ok({ changes: dueChanges(directory, this.moment()), answer: undefined })
    })
    if (!done.ok) throw new Error('states could not be ended', { cause: done.error })
  }

  private moment(): StateMoment {
    return { nowMs: this.clock.nowMs(), stateDelayMs: this.stateDelayMs }
  }

  private sleep(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.wake(), Math.min(ms, sleepMaxMs))
  }

  private async wake(): Promise<void> {
    this.isPausing = false
    try {
      await this.advance()
    } catch (error) {
      this.logger.error('states of streams could not be ended; trying again', { error })
      if (!this.isRunning) return
      this.isPausing = true
      this.sleep(retryMs)
    }
  }
}

function dueChanges(directory: StreamDirectory, moment: StateMoment): StreamChange[] {
  const due = [...directory.changingStreams()].filter((stream) => dueInMs(stream, moment) === 0)
  return due.slice(0, changesMax).map((stream) => dueChange(stream, moment))
}
