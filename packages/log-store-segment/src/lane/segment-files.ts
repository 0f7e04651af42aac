import path from 'node:path'
import type { RetentionClass } from '@millrace/log-store'
import type { Clock } from '@millrace/model'
import type { LaneSettings, SegmentAllotment } from '../channel/messages.js'
import type { FileSystem, LogFile } from '../file-system/file-system.js'
import type { Pace } from '../file-system/shrink.js'
import { encodeSegmentHeader, type Predecessor } from '../format/segment-header.js'
import type { Report } from '../report.js'
import { ActiveSegment, type ActiveSegmentListener } from './active-segment.js'
import type { KeeperClient } from './keeper-client.js'
import type { Shard } from './shard.js'
import type { Shards } from './shards.js'
import { ZeroAhead } from './zero-ahead.js'

interface LeftSegment {
  readonly retention: RetentionClass
  readonly segment: ActiveSegment
}

export interface SegmentFilesOptions {
  readonly settings: LaneSettings
  readonly fileSystem: FileSystem
  readonly clock: Clock
  readonly keeper: KeeperClient
  readonly shards: Shards
  readonly listener: ActiveSegmentListener
  readonly report: Report
  /** Of giving back what a segment has too much. */
  readonly pace: Pace
}

/** Makes the files of a lane's segments, and ends them. */
export class SegmentFiles {
  /** Segments that their appender has left and whose index is not yet durable. */
  private readonly unfinished = new Map<number, LeftSegment>()
  private finishing = Promise.resolve()

  constructor(private readonly options: SegmentFilesOptions) {}

  /**
   * A new segment. When it resolves the file is durable, with its name, its header, which voids what its predecessor did not
   * commit, and an advance for each of `floors`, which keeps the offsets that were lost with the predecessor from being given again.
   */
  async open(retention: RetentionClass, predecessor: Predecessor | undefined, floors: Iterable<Shard>): Promise<ActiveSegment> {
    const allotment = await this.options.keeper.allotSegment(retention)
    const { segmentId } = allotment
    try {
      return await this.make(allotment, retention, predecessor, floors)
    } catch (error) {
      this.options.keeper.segmentAbandoned(segmentId)
      this.options.report({ kind: 'segmentRefused', segmentId, reason: (error as Error).message })
      throw error
    }
  }

  /** Ends a segment that its appender has left. Where the disk refuses, `retry` tries again; until then the index stays in memory. */
  finish(retention: RetentionClass, segment: ActiveSegment): void {
    const left = { retention, segment }
    this.unfinished.set(segment.segmentId, left)
    this.finishing = this.finishing.then(() => this.tryToFinish(left))
  }

  /** How many segments have their index in memory only. */
  get unfinishedCount(): number {
    return this.unfinished.size
  }

  /** Resolves when every segment that was left is finished, or has been refused once more. */
  retry(): Promise<void> {
    this.finishing = this.finishing.then(async () => {
      for (const left of [...this.unfinished.values()]) await this.tryToFinish(left)
    })
    return this.finishing
  }

  private async make(
    { segmentId, seed, spare }: SegmentAllotment,
    retention: RetentionClass,
    predecessor: Predecessor | undefined,
    floors: Iterable<Shard>,
  ): Promise<ActiveSegment> {
    const readable = this.options.shards.segmentOf(segmentId)
    const file = await this.createFile(readable.path, spare)
    try {
      const { logId, segmentBytes } = this.options.settings
      const createdMs = this.options.clock.nowMs()
      const header = encodeSegmentHeader({ logId, segmentId, seed, retention, origin: 'lane', createdMs, predecessor })
      const ahead = new ZeroAhead(await file.size(), segmentBytes)
      const segment = new ActiveSegment(readable, { segmentId, seed }, createdMs, file, ahead, this.options.listener)
      await segment.begin(header, floors)
      return segment
    } catch (error) {
      await file.close().catch(() => {})
      throw error
    }
  }

  /**
   * The file of a segment, with its name durable before anything is written to it: a spare that a crash gave its old name back
   * must hold nothing of the segment, as its id may be given again.
   */
  private async createFile(filePath: string, spare: string | undefined): Promise<LogFile> {
    const directory = path.dirname(filePath)
    if (spare) await this.options.fileSystem.rename(path.join(directory, spare), filePath)
    const file = await this.options.fileSystem.open(filePath, spare ? 'writeDurably' : 'createDurably')
    try {
      await this.options.fileSystem.syncDirectory(directory)
      return file
    } catch (error) {
      await file.close().catch(() => {})
      throw error
    }
  }

  private async tryToFinish({ retention, segment }: LeftSegment): Promise<void> {
    const { segmentId } = segment
    try {
      const { fileBytes, directory } = await segment.finish(this.options.pace)
      segment.readable.index = undefined
      this.unfinished.delete(segmentId)
      await this.options.keeper.segmentRolled({ segmentId, retention, fileBytes, directory: Uint8Array.from(directory) })
      await segment.close()
    } catch (error) {
      this.options.report({ kind: 'writeFailed', segmentId, reason: (error as Error).message })
    }
  }
}
