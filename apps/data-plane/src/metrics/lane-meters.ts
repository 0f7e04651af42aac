import type { DiskMeter } from '@millrace/log-store-segment'
import { SecondsHistogram } from '@millrace/service-kit'
import { AnswerCounts } from './answer-counts.js'
import { Traffic } from './traffic.js'

/** What a lane counts of its work while it does it. */
export class LaneMeters {
  readonly answers = new AnswerCounts()
  readonly traffic = new Traffic()
  /** From a batch's admission until it is durable. */
  readonly appendSeconds = new SecondsHistogram()
  readonly disk = new LogDiskMeter()
}

class LogDiskMeter implements DiskMeter {
  writes = 0
  writtenBytes = 0
  reads = 0
  readBytes = 0
  readonly syncSeconds = new SecondsHistogram()

  wrote(bytes: number): void {
    this.writes++
    this.writtenBytes += bytes
  }

  read(bytes: number): void {
    this.reads++
    this.readBytes += bytes
  }

  synced(startedMs: number): void {
    this.syncSeconds.observeSince(startedMs)
  }
}
