import type { SegmentIndexBuilder } from '../segment/segment-index.js'

/** A segment as readers see it. */
export class ReadableSegment {
  /** While the segment is written, and until its footer is durable. After that the footer is read on demand. */
  index: SegmentIndexBuilder | undefined
  /** Reads under way; a segment that goes waits for them. */
  readers = 0
  private unreadWaiters: (() => void)[] = []

  constructor(
    readonly segmentId: number,
    readonly path: string,
  ) {}

  release(): void {
    this.readers--
    if (this.readers === 0) for (const wake of this.unreadWaiters.splice(0)) wake()
  }

  async unread(): Promise<void> {
    while (this.readers > 0) await new Promise<void>((resolve) => this.unreadWaiters.push(resolve))
  }
}
