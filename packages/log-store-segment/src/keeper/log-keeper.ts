import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, err, ok, type Result, type StreamId, systemClock } from '@millrace/model'
import type { Channel } from '../channel/channel.js'
import type {
  LaneMessage,
  LaneSettings,
  NumberedRequest,
  Replies,
  RolledSegment,
  SegmentAllotment,
  ShardTrim,
} from '../channel/messages.js'
import type { FileSystem } from '../file-system/file-system.js'
import { nodeFileSystem } from '../file-system/node-file-system.js'
import type { Pause } from '../file-system/shrink.js'
import { segmentsPath } from '../format/names.js'
import type { Report } from '../report.js'
import { Compactor } from './compactor.js'
import { Exchanges } from './exchanges.js'
import { LaneLink } from './lane-link.js'
import { type OpenedDirectory, openDirectory } from './opened-directory.js'
import { defaultLogSettings, type LogSettings } from './settings.js'
import { Survey } from './survey.js'
import { UnrolledSegments } from './unrolled-segments.js'

export interface LogKeeperOptions {
  readonly directory: string
  readonly report?: Report
  readonly clock?: Clock
  readonly fileSystem?: FileSystem
  /** For the identity of a new log and the seeds of checksums. */
  readonly randomBytes?: (bytes: number) => Buffer
  /** What is done in the background is done in steps, with pauses between. */
  readonly pause?: Pause
  readonly settings?: Partial<LogSettings>
}

/** Another process has the log open; `heldBy` is what it says of itself. */
export interface LogIsHeld {
  readonly kind: 'LogIsHeld'
  readonly heldBy: string
}

export interface LogFigures {
  /** Rolled segments and their bytes; those that lanes write come on top. */
  readonly segments: number
  readonly segmentBytes: number
  /** Of files that are kept ready to be segments. */
  readonly spareBytes: number
  readonly freeBytes: number
  /** Since the log was opened. */
  readonly compactions: number
  readonly compactedBytes: number
}

/** Trim points alone are written this often; all else that the shard table has to say, at once. */
const trimsEveryMs = 60_000

/**
 * The log's directory, held by one process: what segments there are, what is known of each shard, which segment ids are given
 * out, how much space is left. Lanes append and read by themselves and speak to it through a channel.
 */
export class LogKeeper {
  /** Which log this is; made with the directory. */
  readonly logId: string
  private readonly settings: LogSettings
  private readonly lanes = new Set<LaneLink>()
  private readonly unrolled = new UnrolledSegments()
  private readonly exchanges = new Exchanges()
  private readonly survey: Survey
  private readonly compactor: Compactor
  private nextSegmentId: number
  private spaceIsLow = false
  /** When the keeper last looked. */
  private freeBytes = 0
  private tableIsOld = false
  /** When the shard table was written last. */
  private tableAtMs: number
  private closed = false
  private ticking: Promise<void> | undefined

  private constructor(
    private readonly options: Required<LogKeeperOptions>,
    private readonly opened: OpenedDirectory,
  ) {
    const { directory, fileSystem, clock, report } = options
    const { logId, catalog } = opened
    this.logId = logId
    this.settings = { ...defaultLogSettings, ...options.settings }
    this.nextSegmentId = opened.nextSegmentId
    this.tableAtMs = clock.nowMs()
    this.survey = new Survey(catalog)
    const { segmentBytes } = this.settings
    const nowMs = () => clock.nowMs()
    this.compactor = new Compactor({
      fileSystem,
      directory,
      logId,
      catalog,
      segmentBytes,
      report,
      nowMs,
      allot: () => this.nextMark(),
      discard: (segmentId) => opened.spares.discard(segmentId),
    })
  }

  /** Takes the directory, or says who holds it. Rejects where what is in it cannot be used. */
  static async open(given: LogKeeperOptions): Promise<Result<LogKeeper, LogIsHeld>> {
    const options = {
      fileSystem: nodeFileSystem,
      clock: systemClock,
      report: () => {},
      randomBytes,
      pause,
      settings: {},
      ...given,
    }
    const { fileSystem, directory } = options
    await fileSystem.makeDirectory(segmentsPath(directory))
    const lock = await fileSystem.lock(directory, `process ${process.pid}`)
    if (!lock.ok) return err({ kind: 'LogIsHeld', heldBy: lock.heldBy })
    try {
      const keeper = new LogKeeper(options, await openDirectory({ ...options, release: lock.release }))
      await keeper.opened.tableFile.write(() => keeper.table())
      await keeper.watchSpace()
      return ok(keeper)
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  /** Lets a lane speak to the keeper; the lane opens its log with the other end of the channel. */
  attach(channel: Channel): void {
    new LaneLink(channel, (link, message) => this.receive(link, message))
  }

  /** To be called about every second: looks at the disk, removes what is dead, compacts a little. Never rejects. */
  tick(): Promise<void> {
    if (this.closed) return Promise.resolve()
    this.ticking ??= this.tickOnce().finally(() => {
      this.ticking = undefined
    })
    return this.ticking
  }

  streams(): StreamId[] {
    return this.opened.catalog.streams()
  }

  figures(): LogFigures {
    const { finished: compactions, bytesRead: compactedBytes } = this.compactor
    const segments = [...this.opened.catalog.segments.values()]
    const segmentBytes = segments.reduce((sum, { fileBytes }) => sum + fileBytes, 0)
    const { freeBytes, opened } = this
    const spareBytes = opened.spares.bytes
    return { segments: segments.length, segmentBytes, spareBytes, freeBytes, compactions, compactedBytes }
  }

  /** All of a stream's records are gone, in every lane. */
  deleteStream(streamId: StreamId): void {
    this.opened.catalog.deleteStream(streamId, this.nextSegmentId)
    this.tableIsOld = true
    for (const lane of this.lanes) lane.send({ kind: 'streamDeleted', streamId })
  }

  /** Lanes are to be closed before. */
  async close(): Promise<void> {
    this.closed = true
    this.opened.spares.stop()
    await this.opened.spaceReturn.stop()
    await this.ticking
    await this.compactor.stop()
    await this.writeTable()
    await this.opened.release()
  }

  private receive(link: LaneLink, message: LaneMessage): void {
    if ('request' in message) void this.answer(link, message)
    else if (message.kind === 'attach') this.welcome(link)
    else if (message.kind === 'shardsTrimmed') this.trim(message.trims)
    else if (message.kind === 'streamDeleted') this.deleteStream(message.streamId)
    else if (message.kind === 'segmentAbandoned') this.unrolled.abandoned(message.segmentId)
    else this.exchanges.released(link, message.exchange)
  }

  private welcome(link: LaneLink): void {
    this.lanes.add(link)
    const { segmentBytes, segmentAgeMs, queueBytesMax, footerCacheBytes, filesOpenMax, returnStepBytes } = this.settings
    const limits = { segmentBytes, segmentAgeMs, queueBytesMax, footerCacheBytes, filesOpenMax, returnStepBytes }
    const settings: LaneSettings = { ...limits, logId: this.logId, spaceIsLow: this.spaceIsLow }
    link.send({ kind: 'attached', settings, streams: this.streams() })
  }

  private async answer(link: LaneLink, message: NumberedRequest): Promise<void> {
    const value = await this.valueFor(link, message)
    link.send({ kind: 'reply', request: message.request, value })
  }

  private async valueFor(link: LaneLink, message: NumberedRequest): Promise<Replies[keyof Replies]> {
    switch (message.kind) {
      case 'openShard':
        return this.opened.catalog.shard(message.shard)
      case 'allotSegment':
        return this.allot(link, message.retention)
      case 'segmentRolled':
        return this.noteRolled(message.segment)
      case 'detach':
        this.lanes.delete(link)
        this.exchanges.laneGone(link)
        return null
    }
  }

  private allot(link: LaneLink, retention: RolledSegment['retention']): SegmentAllotment {
    const mark = this.nextMark()
    this.unrolled.add(mark.segmentId, link, retention)
    return { ...mark, spare: this.opened.spares.take() }
  }

  private nextMark(): { readonly segmentId: number; readonly seed: number } {
    return { segmentId: this.nextSegmentId++, seed: this.options.randomBytes(4).readUInt32LE() }
  }

  private async noteRolled(segment: RolledSegment): Promise<null> {
    this.unrolled.rolled(segment.segmentId)
    this.opened.catalog.addSegment(segment)
    this.opened.spares.noteRolled(segment.fileBytes)
    await this.writeTable()
    return null
  }

  private trim(trims: readonly ShardTrim[]): void {
    for (const { shard, beforeMs } of trims) this.opened.catalog.trim(shard, beforeMs)
    if (this.options.clock.nowMs() - this.tableAtMs >= trimsEveryMs) this.tableIsOld = true
  }

  private async tickOnce(): Promise<void> {
    try {
      await this.watchSpace()
      this.retireDead()
      await this.compact()
      await this.completeExchanges()
      await this.giveBack()
      this.opened.catalog.deletedStreams.forget(this.unrolled.first)
      if (this.tableIsOld) await this.writeTable()
      if (!this.spaceIsLow) await this.opened.spares.prepare(this.freeBytes - this.settings.reserveBytes)
    } catch (error) {
      this.options.report({ kind: 'upkeepFailed', reason: (error as Error).message })
    }
  }

  /** Low space is a refusal of appends, and no space for spares. */
  private async watchSpace(): Promise<void> {
    const { fileSystem, directory, report } = this.options
    const freeBytes = await fileSystem.freeBytes(directory)
    const isLow = freeBytes < this.settings.reserveBytes
    if (isLow !== this.spaceIsLow) report({ kind: 'space', isLow, freeBytes })
    this.spaceIsLow = isLow
    this.freeBytes = freeBytes
    for (const lane of this.lanes) lane.send({ kind: 'space', isLow })
    if (!isLow) return
    this.opened.spares.clear()
    await this.giveBack()
  }

  /** At once where space is low, or where more waits than is free; else in the background. */
  private async giveBack(): Promise<void> {
    const { spaceReturn } = this.opened
    spaceReturn.isUrgent = this.spaceIsLow || this.freeBytes - this.settings.reserveBytes < spaceReturn.bytes
    const returned = spaceReturn.proceed()
    if (spaceReturn.isUrgent) await returned
  }

  private retireDead(): void {
    this.survey.advance()
    const dead = this.survey.dead().filter((segmentId) => {
      return !this.compactor.isReading(segmentId) && !this.unrolled.isNeededBy(segmentId)
    })
    if (dead.length > 0) this.exchange(dead, [])
  }

  private async compact(): Promise<void> {
    if (this.spaceIsLow) return
    const candidates = () => this.survey.candidates().filter(({ segmentId }) => segmentId < this.unrolled.first)
    const compacted = await this.compactor.advance(candidates, this.settings.compactionBytesPerTick)
    if (compacted) this.exchange(compacted.removed, compacted.added)
  }

  private exchange(removed: readonly number[], added: readonly RolledSegment[]): void {
    for (const segmentId of removed) {
      this.opened.catalog.removeSegment(segmentId)
      this.survey.forget(segmentId)
      this.unrolled.removed(segmentId)
    }
    for (const segment of added) this.opened.catalog.addSegment(segment, true)
    this.exchanges.begin(removed, added)
  }

  private async completeExchanges(): Promise<void> {
    const { tableFile, spares } = this.opened
    const { fileSystem, directory } = this.options
    if (this.exchanges.areUnsaved) {
      await tableFile.writeBoth(() => this.table())
      this.exchanges.saved(this.lanes)
    }
    const disposed = await this.exchanges.dispose(async (segmentIds) => {
      for (const segmentId of segmentIds) await spares.dispose(segmentId, this.spaceIsLow ? 0 : this.freeBytes)
      await fileSystem.syncDirectory(segmentsPath(directory))
    })
    if (disposed) this.tableIsOld = true
  }

  /** Where it fails the next tick tries again: nothing is lost by that, as the segments say the same. */
  private async writeTable(): Promise<void> {
    try {
      await this.opened.tableFile.write(() => this.table())
      this.tableIsOld = false
      this.tableAtMs = this.options.clock.nowMs()
    } catch (error) {
      this.tableIsOld = true
      this.options.report({ kind: 'upkeepFailed', reason: `the shard table could not be written: ${(error as Error).message}` })
    }
  }

  private table() {
    const { logId, nextSegmentId, exchanges } = this
    return { logId, nextSegmentId, obsoleteSegments: exchanges.obsoleteSegments, ...this.opened.catalog.table() }
  }
}
