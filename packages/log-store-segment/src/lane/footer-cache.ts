import type { FooterIndex } from '../format/footer.js'
import { readFooter } from '../segment/footer-file.js'
import type { SegmentIndex } from '../segment/segment-index.js'
import type { FileCache } from './file-cache.js'
import type { ReadableSegment } from './readable-segment.js'

/** Indexes of rolled segments, read when they are asked for, and kept as long as they fit into a budget. */
export class FooterCache {
  /** In the order of their last use. */
  private readonly footers = new Map<number, FooterIndex>()
  private readonly loading = new Map<number, Promise<FooterIndex | undefined>>()
  private bytes = 0

  constructor(
    private readonly files: FileCache,
    private readonly bytesMax: number,
  ) {}

  /** Undefined where the footer is damaged. */
  async indexOf(segment: ReadableSegment): Promise<SegmentIndex | undefined> {
    if (segment.index) return segment.index
    const cached = this.footers.get(segment.segmentId)
    if (cached) {
      this.footers.delete(segment.segmentId)
      this.footers.set(segment.segmentId, cached)
      return cached
    }
    const loading = this.loading.get(segment.segmentId) ?? this.load(segment)
    this.loading.set(segment.segmentId, loading)
    return loading
  }

  drop(segmentId: number): void {
    this.bytes -= this.footers.get(segmentId)?.bytes ?? 0
    this.footers.delete(segmentId)
  }

  private async load(segment: ReadableSegment): Promise<FooterIndex | undefined> {
    const { segmentId } = segment
    try {
      const footer = await this.files.use(segment.path, (file) => readFooter(file, segmentId))
      if (footer) this.keep(segmentId, footer)
      return footer
    } finally {
      this.loading.delete(segmentId)
    }
  }

  private keep(segmentId: number, footer: FooterIndex): void {
    this.footers.set(segmentId, footer)
    this.bytes += footer.bytes
    for (const oldest of this.footers.keys()) {
      if (this.bytes <= this.bytesMax) return
      this.drop(oldest)
    }
  }
}
