import type { Report } from '../report.js'
import { readIndex } from '../segment/footer-file.js'
import type { SegmentIndex } from '../segment/segment-index.js'
import type { FileCache } from './file-cache.js'
import type { ReadableSegment } from './readable-segment.js'

/** Indexes of rolled segments, read when they are asked for, and kept as long as they fit into a budget. */
export class FooterCache {
  /** In the order of their last use. */
  private readonly indexes = new Map<number, SegmentIndex>()
  private readonly loading = new Map<number, Promise<SegmentIndex>>()
  private bytes = 0

  constructor(
    private readonly files: FileCache,
    private readonly bytesMax: number,
    private readonly report: Report,
  ) {}

  async indexOf(segment: ReadableSegment): Promise<SegmentIndex> {
    if (segment.index) return segment.index
    const cached = this.indexes.get(segment.segmentId)
    if (cached) {
      this.indexes.delete(segment.segmentId)
      this.indexes.set(segment.segmentId, cached)
      return cached
    }
    const loading = this.loading.get(segment.segmentId) ?? this.load(segment)
    this.loading.set(segment.segmentId, loading)
    return loading
  }

  drop(segmentId: number): void {
    this.bytes -= this.indexes.get(segmentId)?.bytes ?? 0
    this.indexes.delete(segmentId)
  }

  private async load({ segmentId, path }: ReadableSegment): Promise<SegmentIndex> {
    try {
      const index = await this.files.use(path, (file) => readIndex(file, segmentId, this.report))
      this.keep(segmentId, index)
      return index
    } finally {
      this.loading.delete(segmentId)
    }
  }

  private keep(segmentId: number, index: SegmentIndex): void {
    this.indexes.set(segmentId, index)
    this.bytes += index.bytes
    for (const oldest of this.indexes.keys()) {
      if (this.bytes <= this.bytesMax) return
      this.drop(oldest)
    }
  }
}
