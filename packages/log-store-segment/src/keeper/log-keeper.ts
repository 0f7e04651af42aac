import { randomBytes } from 'node:crypto'
import { type Clock, err, ok, type Result, type StreamId, systemClock } from '@millrace/model'
import type { Channel } from '../channel/channel.js'
import type { LaneMessage, LaneSettings, NumberedRequest, Replies, RolledSegment, SegmentAllotment } from '../channel/messages.js'
import type { FileSystem } from '../file-system/file-system.js'
import { nodeFileSystem } from '../file-system/node-file-system.js'
import { directoryEntries } from '../format/directory.js'
import { segmentPath, segmentsPath } from '../format/names.js'
import { decodeShardKey } from '../format/shard-key.js'
import type { Report } from '../report.js'
import { Catalog } from './catalog.js'
import { Departures } from './departures.js'
import { readIdentity } from './identity.js'
import { LaneLink } from './lane-link.js'
import { Recovery } from './recovery.js'
import { readShardTable, writeShardTable } from './table-file.js'

export interface LogKeeperOptions {
  readonly directory: string
  readonly report?: Report
  readonly clock?: Clock
  readonly fileSystem?: FileSystem
  /** 16 random bytes for the identity of a new log. */
  readonly newLogId?: () => string
  readonly settings?: Partial<LogSettings>
}

export interface LogSettings {
  /** A segment is rolled before it passes this size. */
  readonly segmentBytes: number
  /** A segment is rolled when it is this old. */
  readonly segmentAgeMs: number
  /** Appends are refused while less is free on the disk. */
  readonly reserveBytes: number
  /** Appends are refused while more than this waits in a lane. */
  readonly queueBytesMax: number
  /** Of each lane. */
  readonly footerCacheBytes: number
  readonly filesOpenMax: number
}

const mib = 1024 * 1024

export const defaultLogSettings: LogSettings = {
  segmentBytes: 128 * mib,
  segmentAgeMs: 3_600_000,
  reserveBytes: 64 * mib,
  queueBytesMax: 256 * mib,
  footerCacheBytes: 32 * mib,
  filesOpenMax: 256,
}

/** Another process has the log open; `heldBy` is what it says of itself. */
export interface LogIsHeld {
  readonly kind: 'LogIsHeld'
  readonly heldBy: string
}

/**
 * The log's directory, held by one process: what segments there are, what is known of each shard, which segment ids are given
 * out, how much space is left. Lanes append and read by themselves and speak to it through a channel.
 */
export class LogKeeper {
  /** Which log this is; made with the directory. */
  readonly logId: string
  private readonly lanes = new Set<LaneLink>()
  private spaceIsLow = false
  private tableWrites: Promise<boolean> = Promise.resolve(true)
  private tableIsOld = false
  /** Nothing of these lives: their files go when the table says so and no lane reads them. */
  private readonly leaving = new Set<number>()
  /** Allotted and not rolled. */
  private readonly beingWritten = new Set<number>()
  private readonly departures = new Departures()
  private isTicking = false

  private constructor(
    private readonly options: Required<Pick<LogKeeperOptions, 'directory' | 'fileSystem' | 'clock' | 'report'>>,
    private readonly settings: LogSettings,
    private readonly catalog: Catalog,
    private readonly state: { readonly logId: string; generation: number; nextSegmentId: number },
    private readonly release: () => Promise<void>,
  ) {
    this.logId = state.logId
  }

  static async open(options: LogKeeperOptions): Promise<Result<LogKeeper, LogIsHeld>> {
    const { directory, fileSystem = nodeFileSystem, clock = systemClock, report = () => {} } = options
    await fileSystem.makeDirectory(segmentsPath(directory))
    const lock = await fileSystem.lock(directory, `process ${process.pid}`)
    if (!lock.ok) return err({ kind: 'LogIsHeld', heldBy: lock.heldBy })
    const newLogId = options.newLogId ?? (() => randomBytes(16).toString('hex'))
    const logId = await readIdentity(fileSystem, directory, newLogId)
    const table = await readShardTable(fileSystem, directory)
    const recovered = await new Recovery(fileSystem, directory, logId, report).run(table)
    const catalog = new Catalog()
    if (table) catalog.addTable(table)
    for (const segment of recovered.segments) catalog.addSegment(segment)
    catalog.forgetDeleted(streamsIn(recovered.segments))
    const state = { logId, generation: table?.generation ?? 0, nextSegmentId: recovered.nextSegmentId }
    const settings = { ...defaultLogSettings, ...options.settings }
    const keeper = new LogKeeper({ directory, fileSystem, clock, report }, settings, catalog, state, lock.release)
    await keeper.writeTable()
    await keeper.watchSpace()
    return ok(keeper)
  }

  /** Lets a lane speak to the keeper; the lane opens its log with the other end of the channel. */
  attach(channel: Channel): void {
    new LaneLink(channel, (link, message) => this.receive(link, message))
  }

  /** To be called about every second. */
  async tick(): Promise<void> {
    if (this.isTicking) return
    this.isTicking = true
    try {
      await this.watchSpace()
      await this.removeDead()
      if (this.tableIsOld) await this.writeTable()
    } catch (error) {
      this.options.report({ kind: 'upkeepFailed', reason: (error as Error).message })
    } finally {
      this.isTicking = false
    }
  }

  streams(): StreamId[] {
    return this.catalog.streams()
  }

  /** All of a stream's records are gone, in every lane. */
  deleteStream(streamId: StreamId): void {
    this.catalog.deleteStream(streamId)
    for (const lane of this.lanes) lane.send({ kind: 'streamDeleted', streamId })
  }

  /** Lanes are to be closed before. */
  async close(): Promise<void> {
    await this.writeTable()
    await this.release()
  }

  private receive(link: LaneLink, message: LaneMessage): void {
    if ('request' in message) void this.answer(link, message)
    else if (message.kind === 'attach') this.welcome(link)
    else if (message.kind === 'shardsTrimmed') for (const { shard, beforeMs } of message.trims) this.catalog.trim(shard, beforeMs)
    else if (message.kind === 'streamDeleted') this.deleteStream(message.streamId)
    else if (message.kind === 'segmentsReleased') this.departures.released(link, message.replacement)
  }

  private welcome(link: LaneLink): void {
    this.lanes.add(link)
    const settings: LaneSettings = { ...this.settings, logId: this.logId, spaceIsLow: this.spaceIsLow }
    link.send({ kind: 'attached', settings, streams: this.streams() })
  }

  private async answer(link: LaneLink, message: NumberedRequest): Promise<void> {
    const value = await this.valueFor(link, message)
    link.send({ kind: 'reply', request: message.request, value })
  }

  private async valueFor(link: LaneLink, message: NumberedRequest): Promise<Replies[keyof Replies]> {
    switch (message.kind) {
      case 'openShard':
        return this.catalog.shard(message.shard)
      case 'allotSegment':
        return this.allot()
      case 'segmentRolled':
        this.beingWritten.delete(message.segment.segmentId)
        this.catalog.addSegment(message.segment)
        await this.writeTable()
        return null
      case 'detach':
        this.lanes.delete(link)
        this.departures.gone(link)
        return null
    }
  }

  private allot(): SegmentAllotment {
    const segmentId = this.state.nextSegmentId++
    this.beingWritten.add(segmentId)
    return { segmentId }
  }

  /**
   * Removes the segments of which nothing lives, up to the first that is still being written: its successors say where it ends.
   * First the table says so, durably: it keeps what is known of their shards, so that no offset is given again, and a crash from
   * then on removes them at the next start.
   */
  private async removeDead(): Promise<void> {
    const { fileSystem, directory } = this.options
    const firstWritten = Math.min(...this.beingWritten)
    const dead = this.catalog.deadSegments().filter((segmentId) => segmentId < firstWritten)
    for (const segmentId of dead) this.leaving.add(segmentId)
    if (this.leaving.size === 0 || !(await this.writeTable())) return
    for (const segmentId of dead) this.catalog.removeSegment(segmentId)
    const removed = [...this.leaving]
    await this.departures.leave(this.lanes, removed)
    for (const segmentId of removed) {
      await fileSystem.remove(segmentPath(directory, segmentId))
      this.leaving.delete(segmentId)
    }
    await fileSystem.syncDirectory(segmentsPath(directory))
    this.tableIsOld = true
  }

  /**
   * Writes the shard table, one write at a time. False: it could not be written; the next tick tries again. Nothing is lost by that
   * while all segments are there, as the table only repeats what they say.
   */
  private writeTable(): Promise<boolean> {
    const written = this.tableWrites.then(() => this.writeTableOnce())
    this.tableWrites = written
    return written
  }

  private async writeTableOnce(): Promise<boolean> {
    const { directory, fileSystem, report } = this.options
    const { logId, nextSegmentId } = this.state
    const generation = this.state.generation + 1
    try {
      const obsoleteSegments = [...this.leaving]
      await writeShardTable(fileSystem, directory, {
        logId,
        generation,
        nextSegmentId,
        obsoleteSegments,
        ...this.catalog.table(),
      })
      this.state.generation = generation
      this.tableIsOld = false
      return true
    } catch (error) {
      this.tableIsOld = true
      report({ kind: 'upkeepFailed', reason: `the shard table could not be written: ${(error as Error).message}` })
      return false
    }
  }

  private async watchSpace(): Promise<void> {
    const { fileSystem, directory, report } = this.options
    const freeBytes = await fileSystem.freeBytes(directory)
    const isLow = freeBytes < this.settings.reserveBytes
    if (isLow !== this.spaceIsLow) report({ kind: 'space', isLow, freeBytes })
    this.spaceIsLow = isLow
    for (const lane of this.lanes) lane.send({ kind: 'space', isLow })
  }
}

/** Streams of which segments hold something, deleted ones included. */
function streamsIn(segments: readonly RolledSegment[]): Set<StreamId> {
  const streams = new Set<StreamId>()
  for (const { directory } of segments) {
    for (const { shardKey } of directoryEntries(Buffer.from(directory))) streams.add(decodeShardKey(shardKey, 0).streamId)
  }
  return streams
}
