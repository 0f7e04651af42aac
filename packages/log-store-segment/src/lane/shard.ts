import type { LogBatch } from '@millrace/log-store'
import type { ShardKey } from '@millrace/model'
import { encodeShardKey, keyTextOf } from '../format/shard-key.js'
import type { ReadableSegment } from './readable-segment.js'

/** What a segment holds of a shard, as far as it is durable. */
export interface ShardSegment {
  readonly segment: ReadableSegment
  readonly baseOffset: number
  endOffset: number
  readonly firstArrivalMs: number
  lastArrivalMs: number
}

/** A shard in the lane that owns it. */
export class Shard {
  readonly keyBytes: Buffer
  /** The key's bytes as text: what indexes are keyed by. */
  readonly keyText: string
  /** What the next append gets; runs ahead of what is durable. */
  nextOffset = 0
  /** Of the last record that was given an offset. */
  lastArrivalMs = 0
  /** One behind the last durable record. */
  durableEnd = 0
  durableArrivalMs = 0
  trimBeforeMs = 0
  sealed = false
  /** A seal was asked for: even if it fails it may be found after a crash, so no append may follow it. */
  isClosing = false
  /** The seal that is on its way. */
  sealing: Promise<void> | undefined
  deleted = false
  /** Batches that are not yet durable. */
  inFlight = 0
  sink: ((batch: LogBatch) => void) | undefined
  /** In offset order. Replaced, never changed, where compaction moves something: a read goes on with what it began with. */
  segments: readonly ShardSegment[] = []

  constructor(readonly key: ShardKey) {
    this.keyBytes = encodeShardKey(key)
    this.keyText = keyTextOf(this.keyBytes)
  }

  /** Notes that a segment holds more of the shard than before. */
  extend(segment: ReadableSegment, baseOffset: number, endOffset: number, arrivalMs: number): void {
    const last = this.segments.at(-1)
    if (last?.segment === segment) {
      last.endOffset = endOffset
      last.lastArrivalMs = arrivalMs
      return
    }
    const added = { segment, baseOffset, endOffset, firstArrivalMs: arrivalMs, lastArrivalMs: arrivalMs }
    this.segments = [...this.segments, added]
  }

  /** `places`: where compaction has put what lay in the segments that are gone. */
  moveSegments(gone: ReadonlySet<number>, places: readonly ShardSegment[]): void {
    if (!this.segments.some(({ segment }) => gone.has(segment.segmentId))) return
    const staying = this.segments.filter(({ segment }) => !gone.has(segment.segmentId))
    this.segments = [...staying, ...places].sort((a, b) => a.baseOffset - b.baseOffset)
  }

  /** Its stream is deleted. Batches that are on their way still meet this object. */
  delete(): void {
    this.deleted = true
    this.segments = []
    this.sink = undefined
    this.nextOffset = 0
    this.durableEnd = 0
    this.lastArrivalMs = 0
    this.durableArrivalMs = 0
  }
}
