import type { Logger } from '@millrace/service-kit'

interface Stop {
  readonly name: string
  run(): Promise<void> | void
}

/** What was started is stopped in the reverse order: what takes requests first, the database last. */
export class LifeCycle {
  private readonly stops: Stop[] = []
  private stopped: Promise<void> | undefined

  constructor(private readonly logger: Logger) {}

  onStop(name: string, run: () => Promise<void> | void): void {
    this.stops.push({ name, run })
  }

  /** Stops once, however often it is called. A part that cannot be stopped does not keep the others from it. */
  stop(): Promise<void> {
    this.stopped ??= this.stopAll()
    return this.stopped
  }

  private async stopAll(): Promise<void> {
    for (const { name, run } of this.stops.reverse()) {
      try {
        await run()
      } catch (error) {
        this.logger.error('could not be stopped', { part: name, error })
      }
    }
  }
}
