import type { RetentionClass } from '@millrace/log-store'
import type { LaneLink } from './lane-link.js'

interface Writer {
  readonly lane: LaneLink
  readonly retention: RetentionClass
}

/** Segments that lanes write, or have left without an index so far. */
export class UnrolledSegments {
  private readonly writers = new Map<number, Writer>()
  /** Who wrote the segments that were rolled since the log was opened. */
  private readonly rolledBy = new Map<number, Writer>()

  add(segmentId: number, lane: LaneLink, retention: RetentionClass): void {
    this.writers.set(segmentId, { lane, retention })
  }

  rolled(segmentId: number): void {
    const writer = this.writers.get(segmentId)
    if (writer) this.rolledBy.set(segmentId, writer)
    this.writers.delete(segmentId)
  }

  abandoned(segmentId: number): void {
    this.writers.delete(segmentId)
  }

  removed(segmentId: number): void {
    this.rolledBy.delete(segmentId)
  }

  /** The oldest; infinite where there is none. */
  get first(): number {
    return Math.min(...this.writers.keys())
  }

  /**
   * Whether a rolled segment says where one ends that is still without an index: its header names its predecessor's committed
   * bytes. It must stay as long.
   */
  isNeededBy(segmentId: number): boolean {
    const writer = this.rolledBy.get(segmentId)
    if (!writer) return false
    return [...this.writers].some(([id, other]) => {
      return id < segmentId && other.lane === writer.lane && other.retention === writer.retention
    })
  }
}
