import path from 'node:path'
import type { FileSystem } from '../file-system/file-system.js'
import { type Pace, type Pause, paceOf, shrink } from '../file-system/shrink.js'
import type { Report } from '../report.js'

export interface SpaceReturnOptions {
  readonly fileSystem: FileSystem
  readonly pause: Pause
  readonly report: Report
  /** Given back at a time while little waits. */
  readonly stepBytes: number
}

interface DeadFile {
  readonly path: string
  readonly bytes: number
}

/** Where much waits a step is this part of it: all is gone in half a minute, however many segments die at once. */
const shareOfWaiting = 1 / 1024

/**
 * Gives the space of dead files back, step by step in the background, so that the disk does not stand still for those who write to
 * it meanwhile. The files have the names of spares: what a crash or a stop leaves of them, however short, the next start finds.
 */
export class SpaceReturn {
  /** The disk is short: what waits goes at once. */
  isUrgent = false
  private readonly waiting: DeadFile[] = []
  private readonly pace: Pace
  private working: Promise<void> | undefined
  private stopped = false

  constructor(private readonly options: SpaceReturnOptions) {
    const stepBytes = () => Math.max(options.stepBytes, Math.ceil(this.bytes * shareOfWaiting))
    this.pace = paceOf(stepBytes, options.pause, () => this.isUrgent || this.stopped)
  }

  /** What waits, and may be more than is left of it. */
  get bytes(): number {
    return this.waiting.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Nobody uses the file any more. It waits until the next `proceed`. */
  add(file: DeadFile): void {
    this.waiting.push(file)
  }

  /** Goes on until nothing waits. Never rejects. */
  proceed(): Promise<void> {
    if (this.waiting.length === 0) return Promise.resolve()
    this.working ??= this.work().finally(() => {
      this.working = undefined
    })
    return this.working
  }

  /** Resolves when the step under way is done. The rest stays for the next start. */
  async stop(): Promise<void> {
    this.stopped = true
    await this.working
  }

  private async work(): Promise<void> {
    for (let file = this.waiting[0]; file && !this.stopped; file = this.waiting[0]) {
      await this.reporting(() => this.shorten(file))
      if (this.stopped) return
      await this.reporting(() => this.remove(file))
      this.waiting.shift()
      await this.pace.pause()
    }
  }

  private async shorten({ path, bytes }: DeadFile): Promise<void> {
    if (bytes <= this.pace.stepBytes()) return
    const file = await this.options.fileSystem.open(path, 'write')
    try {
      await shrink(file, 0, this.pace)
    } finally {
      await file.close()
    }
  }

  /** With the sync the file system has it behind it before the next step. */
  private async remove(file: DeadFile): Promise<void> {
    await this.options.fileSystem.remove(file.path)
    await this.options.fileSystem.syncDirectory(path.dirname(file.path))
  }

  /** A file that cannot be shortened is removed as it is; one that cannot be removed stays for the next start. */
  private async reporting(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.options.report({ kind: 'upkeepFailed', reason: `space could not be given back: ${(error as Error).message}` })
    }
  }
}
