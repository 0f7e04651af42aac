import type { Catalog, Life } from './catalog.js'
import type { Candidate } from './compaction-plan.js'

/** A tick looks at so many shards of segments, so that it does not hold the loop. */
const shardsPerTick = 50_000

/** Goes round the segments, again and again, and notes how much of each lives. */
export class Survey {
  private readonly lives = new Map<number, Life>()
  private round: number[] = []

  constructor(private readonly catalog: Catalog) {}

  /** Looks at the next segments of the round. */
  advance(): void {
    if (this.round.length === 0) this.round = [...this.catalog.segments.keys()]
    for (let shards = 0; shards < shardsPerTick && this.round.length > 0; ) {
      const segment = this.catalog.segments.get(this.round.shift() ?? 0)
      if (!segment) continue
      this.lives.set(segment.segmentId, this.catalog.lifeOf(segment))
      shards += segment.shards.size + 1
    }
  }

  forget(segmentId: number): void {
    this.lives.delete(segmentId)
  }

  /** Segments of which nothing lives; nothing that is dead comes to life again. */
  dead(): number[] {
    return [...this.lives].flatMap(([segmentId, { bytes }]) => (bytes === 0 ? segmentId : []))
  }

  candidates(): Candidate[] {
    return [...this.lives].flatMap(([segmentId, { bytes: liveBytes, shards: liveShards }]) => {
      const segment = this.catalog.segments.get(segmentId)
      if (!segment || liveBytes === 0) return []
      return { segmentId, retention: segment.retention, fileBytes: segment.fileBytes, liveBytes, liveShards }
    })
  }
}
