import type { StreamId } from '@millrace/model'

interface DeletedStream {
  /** Rolled segments that still hold something of it. */
  readonly holders: Set<number>
  /** Segments that are being written may hold something of it if they are older than this. */
  readonly nextSegmentId: number
}

/** Streams that are gone and of which files may still hold something: it must not come to light again. */
export class DeletedStreams {
  private readonly streams = new Map<StreamId, DeletedStream>()

  add(streamId: StreamId, holders: Iterable<number>, nextSegmentId: number): void {
    if (!this.streams.has(streamId)) this.streams.set(streamId, { holders: new Set(holders), nextSegmentId })
  }

  has(streamId: StreamId): boolean {
    return this.streams.has(streamId)
  }

  all(): StreamId[] {
    return [...this.streams.keys()]
  }

  /** False where the stream is not deleted. */
  noteHolder(streamId: StreamId, segmentId: number): boolean {
    const stream = this.streams.get(streamId)
    stream?.holders.add(segmentId)
    return stream !== undefined
  }

  removeHolder(segmentId: number): void {
    for (const { holders } of this.streams.values()) holders.delete(segmentId)
  }

  /** Forgets those of which no file holds anything. `firstUnrolled`: the oldest segment that is being written. */
  forget(firstUnrolled: number): void {
    for (const [streamId, { holders, nextSegmentId }] of this.streams) {
      if (holders.size === 0 && nextSegmentId <= firstUnrolled) this.streams.delete(streamId)
    }
  }
}
