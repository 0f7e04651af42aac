import { setTimeout as pause } from 'node:timers/promises'
import type {
  AppendBatch,
  AppendOutcome,
  LogBatch,
  LogPage,
  LogStore,
  ReadLimit,
  ReadPosition,
  RetentionClass,
  ShardState,
} from '@millrace/log-store'
import { type Clock, type ShardKey, type StreamId, systemClock } from '@millrace/model'
import type { Channel } from '../channel/channel.js'
import type { LaneSettings } from '../channel/messages.js'
import type { FileSystem } from '../file-system/file-system.js'
import { nodeFileSystem } from '../file-system/node-file-system.js'
import { type Pause, paceOf } from '../file-system/shrink.js'
import type { Report } from '../report.js'
import type { ActiveSegment } from './active-segment.js'
import { Appender } from './appender.js'
import { type Entry, type Settled, sealOf } from './entry.js'
import { FileCache } from './file-cache.js'
import { FooterCache } from './footer-cache.js'
import { KeeperClient, type KeeperNotice } from './keeper-client.js'
import { SegmentFiles } from './segment-files.js'
import type { Shard } from './shard.js'
import { ShardReader } from './shard-reader.js'
import { Shards } from './shards.js'

/** Their indexes are in memory. There are many only where the disk fails again and again. */
const unfinishedSegmentsMax = 16
/** While more than these wait, none takes its time to give back what it has too much. */
const unhurriedSegmentsMax = 4

export interface LaneLogOptions {
  /** The directory that the keeper has open. */
  readonly directory: string
  /** Leads to the keeper (`LogKeeper.attach`). */
  readonly channel: Channel
  readonly report?: Report
  readonly clock?: Clock
  readonly fileSystem?: FileSystem
  /** Runs work after the present turn of the loop, so that the appends of a turn go out together. */
  readonly defer?: (work: () => void) => void
  /** Between steps in which space is given back. */
  readonly pause?: Pause
}

/** The log as a lane has it; for the shards of this lane it is the whole log. */
export interface LaneLog extends LogStore {
  /** To be called about every second: rolls segments by age, and tells the keeper what was trimmed. */
  tick(): Promise<void>
}

export async function openLaneLog(options: LaneLogOptions): Promise<LaneLog> {
  const keeper = new KeeperClient(options.channel)
  const { settings, streams } = await keeper.attach()
  return new SegmentLaneLog(options, keeper, settings, streams)
}

class SegmentLaneLog implements LaneLog {
  private readonly clock: Clock
  private readonly report: Report
  private readonly appenders = new Map<RetentionClass, Appender>()
  /** Which appender took a shard's last batch: while one is on its way all go to the same, so that they become durable in order. */
  private readonly takenBy = new WeakMap<Shard, Appender>()
  private readonly segmentFiles: SegmentFiles
  private readonly files: FileCache
  private readonly footers: FooterCache
  private readonly reader: ShardReader
  private readonly shards: Shards
  private readonly defer: (work: () => void) => void
  private readonly reads = new Set<Promise<unknown>>()
  private spaceIsLow: boolean
  private closed = false

  constructor(
    options: LaneLogOptions,
    private readonly keeper: KeeperClient,
    private readonly settings: LaneSettings,
    streams: readonly StreamId[],
  ) {
    const fileSystem = options.fileSystem ?? nodeFileSystem
    this.clock = options.clock ?? systemClock
    this.report = options.report ?? (() => {})
    this.defer = options.defer ?? setImmediate
    this.spaceIsLow = settings.spaceIsLow
    this.files = new FileCache(fileSystem, settings.filesOpenMax)
    this.footers = new FooterCache(this.files, settings.footerCacheBytes, this.report)
    this.reader = new ShardReader(this.files, this.footers, this.report)
    this.shards = new Shards(options.directory, keeper, streams)
    const { clock, report, shards } = this
    const isUrgent = () => this.closed || this.spaceIsLow || this.segmentFiles.unfinishedCount > unhurriedSegmentsMax
    const pace = paceOf(() => settings.returnStepBytes, options.pause ?? pause, isUrgent)
    this.segmentFiles = new SegmentFiles({ settings, fileSystem, clock, keeper, shards, listener: this, report, pace })
    keeper.onNotice = (notice) => this.heed(notice)
  }

  open(key: ShardKey): Promise<ShardState> {
    return this.readUnderWay(async () => {
      const shard = await this.shards.open(key)
      const trimOffset = await this.reader.trimOffset(shard)
      // As of now: what became durable during that read is in it.
      const { durableEnd: nextOffset, durableArrivalMs: lastArrivalMs, sealed } = shard
      return { nextOffset, lastArrivalMs, sealed, trimOffset }
    })
  }

  append(batch: AppendBatch): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      const shard = this.shards.get(batch.shard)
      if (shard) this.appendTo(shard, batch, resolve)
      else this.shards.open(batch.shard).then((opened) => this.appendTo(opened, batch, resolve), reject)
    })
  }

  async seal(key: ShardKey): Promise<{ readonly endOffset: number }> {
    const shard = await this.shards.open(key)
    if (!shard.sealed) await this.sealOnce(shard)
    return { endOffset: shard.durableEnd }
  }

  read(key: ShardKey, from: ReadPosition, limit: ReadLimit): Promise<LogPage> {
    return this.readUnderWay(async () => this.reader.read(await this.shards.open(key), from, limit))
  }

  follow(key: ShardKey, sink: (batch: LogBatch) => void): () => void {
    return this.shards.follow(key, sink)
  }

  trim(key: ShardKey, beforeMs: number): void {
    this.shards.trim(key, beforeMs)
  }

  deleteStream(streamId: StreamId): void {
    this.shards.deleteStream(streamId)
    this.keeper.streamDeleted(streamId)
  }

  streams(): StreamId[] {
    return this.shards.streams()
  }

  async tick(): Promise<void> {
    this.shards.sendTrims()
    const oldestMs = this.clock.nowMs() - this.settings.segmentAgeMs
    for (const appender of this.appenders.values()) await appender.roll(oldestMs)
    await this.segmentFiles.retry()
  }

  /** Resolves when all that was appended is settled, and the segments have their index. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    for (const appender of this.appenders.values()) {
      await appender.idle()
      await appender.roll()
    }
    await this.segmentFiles.retry()
    this.shards.sendTrims()
    // The keeper takes a lane that is gone for one that reads nothing.
    while (this.reads.size > 0) await Promise.allSettled(this.reads)
    await this.keeper.detach()
    await this.files.close()
  }

  private readUnderWay<T>(work: () => Promise<T>): Promise<T> {
    const read = work()
    this.reads.add(read)
    const ended = () => void this.reads.delete(read)
    read.then(ended, ended)
    return read
  }

  /** Gives the batch its offsets and its time, at once: the order of the calls is the order in the shard. */
  private appendTo(shard: Shard, batch: AppendBatch, resolve: (outcome: AppendOutcome) => void): void {
    const refusal = this.refusalOf(shard)
    if (refusal) return resolve(refusal)
    const arrivalMs = Math.max(batch.nowMs, shard.lastArrivalMs)
    const baseOffset = shard.nextOffset
    shard.nextOffset += batch.recordCount
    shard.lastArrivalMs = arrivalMs
    const settle = (settled: Settled) => {
      shard.inFlight--
      resolve(settled.kind === 'committed' ? { kind: 'appended', baseOffset, arrivalMs } : settled)
    }
    const { records: payload, recordCount, encryption, retention } = batch
    this.enqueue(
      { kind: 'records', shard, baseOffset, recordCount, arrivalMs, payload, encryption, position: 0, settle },
      retention,
    )
  }

  /** A segment has made batches durable: now, and not before, they are read, fed and acknowledged. */
  committed(segment: ActiveSegment, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'records') this.show(segment, entry)
      if (entry.kind === 'seal') closeShard(entry)
      entry.settle({ kind: 'committed' })
    }
  }

  failed(segment: ActiveSegment, error: Error): void {
    this.report({ kind: 'writeFailed', segmentId: segment.segmentId, reason: error.message })
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') this.spaceIsLow = true
    for (const appender of this.appenders.values()) appender.wake()
  }

  private show(segment: ActiveSegment, entry: Entry): void {
    const { shard, baseOffset, recordCount, arrivalMs, payload: records, encryption } = entry
    if (shard.deleted) return
    this.shards.noteStream(shard.key.streamId)
    shard.durableEnd = baseOffset + recordCount
    shard.durableArrivalMs = arrivalMs
    shard.extend(segment.readable, baseOffset, shard.durableEnd, arrivalMs)
    shard.sink?.({ baseOffset, recordCount, arrivalMs, records, skip: 0, ...(encryption && { encryption }) })
  }

  private sealOnce(shard: Shard): Promise<void> {
    if (this.closed) return Promise.reject(new Error('the log is closed'))
    shard.isClosing = true
    shard.sealing ??= new Promise((resolve, reject) => {
      const settle = (settled: Settled) => {
        shard.inFlight--
        shard.sealing = undefined
        if (settled.kind === 'committed') resolve()
        else reject(new Error(`the shard could not be closed: ${settled.reason}`))
      }
      this.enqueue(sealOf(shard, settle), 'day')
    })
    return shard.sealing
  }

  private heed(notice: KeeperNotice): void {
    if (notice.kind === 'space') this.spaceIsLow = notice.isLow
    else if (notice.kind === 'streamDeleted') this.shards.deleteStream(notice.streamId)
    else void this.leave(notice)
  }

  /** Reads on in the new segments, and says so when nobody reads the old ones any more. */
  private async leave(notice: KeeperNotice & { kind: 'segmentsExchanged' }): Promise<void> {
    for (const segment of this.shards.replace(notice.removed, notice.added)) {
      await segment.unread()
      this.files.drop(segment.path)
      this.footers.drop(segment.segmentId)
    }
    this.keeper.segmentsReleased(notice.exchange)
  }

  private refusalOf(shard: Shard): AppendOutcome | undefined {
    if (shard.sealed || shard.isClosing || shard.deleted) return { kind: 'sealed' }
    if (this.closed) return refused('the log is closed')
    if (this.spaceIsLow) return refused('the disk is nearly full')
    if (this.segmentFiles.unfinishedCount > unfinishedSegmentsMax) return refused('too many segments wait for their index')
    let queuedBytes = 0
    for (const appender of this.appenders.values()) queuedBytes += appender.queuedBytes
    return queuedBytes > this.settings.queueBytesMax ? refused('too much waits for the disk') : undefined
  }

  private enqueue(entry: Entry, retention: RetentionClass): void {
    const { shard } = entry
    if (shard.inFlight === 0) this.changeAppender(shard, this.appenderOf(retention))
    this.takenBy.get(shard)?.enqueue(entry)
    shard.inFlight++
  }

  /**
   * Has a shard go on in another class, where its retention has changed. Not while batches are on their way, which would lose
   * their order; and what a segment holds of a shard is one range of offsets, so not into a segment that holds earlier ones.
   */
  private changeAppender(shard: Shard, appender: Appender): void {
    const taken = this.takenBy.get(shard)
    if (taken === appender) return
    const { active } = appender
    if (taken && active && shard.segments.some(({ segment }) => segment === active)) {
      void appender.roll()
    } else {
      this.takenBy.set(shard, appender)
    }
  }

  private appenderOf(retention: RetentionClass): Appender {
    let appender = this.appenders.get(retention)
    if (!appender) {
      appender = new Appender(retention, this.settings.segmentBytes, this.segmentFiles, this.defer)
      this.appenders.set(retention, appender)
    }
    return appender
  }
}

function closeShard({ shard, baseOffset }: Entry): void {
  shard.sealed = true
  shard.durableEnd = baseOffset
}

function refused(reason: string): AppendOutcome {
  return { kind: 'failed', outcome: 'none', reason }
}
