import type { RolledSegment } from '../channel/messages.js'
import type { FileSystem, LogFile } from '../file-system/file-system.js'
import { encodeFooter, type Trailer } from '../format/footer.js'
import { segmentIdOf, segmentName, segmentPath, segmentsPath } from '../format/names.js'
import type { SegmentHeader } from '../format/segment-header.js'
import type { ShardTable } from '../format/shard-table.js'
import type { Report } from '../report.js'
import { readDirectory, readSegmentHeader, readTrailer } from '../segment/footer-file.js'
import { scanSegment } from '../segment/scan.js'

export interface RecoveredSegment {
  readonly rolled: RolledSegment
  readonly isCompacted: boolean
}

interface Found {
  readonly header: SegmentHeader
  readonly trailer: Trailer | undefined
}

/**
 * Brings the segments of a log into the state that a clean end leaves: each has its index, and nothing that was not committed.
 *
 * A segment without an index was being written. Where another names it as its predecessor it ends at the byte that is named
 * there. Otherwise it ends behind its last intact batch; what it holds then is made durable before anybody reads it, as the
 * crash may have come before its fdatasync.
 */
export class Recovery {
  private readonly obsolete: ReadonlySet<number>
  private readonly compacted: ReadonlySet<number>

  constructor(
    private readonly fileSystem: FileSystem,
    private readonly directory: string,
    private readonly logId: string,
    table: ShardTable | undefined,
    private readonly report: Report,
    /** Has the space of a segment's file given back; its name is gone when it resolves, though not durably. */
    private readonly discard: (segmentId: number) => Promise<void>,
  ) {
    this.obsolete = new Set(table?.obsoleteSegments)
    this.compacted = new Set(table?.compactedSegments)
  }

  /** `segmentIds`: of all files that there are. Segments come in the order of their ids. */
  async run(segmentIds: readonly number[]): Promise<RecoveredSegment[]> {
    const found: Found[] = []
    for (const segmentId of segmentIds) {
      const uselessness = await this.examine(segmentId, found)
      if (uselessness) await this.remove(segmentId, uselessness)
    }
    await this.fileSystem.syncDirectory(segmentsPath(this.directory))
    const recovered: RecoveredSegment[] = []
    for (const { header, trailer } of found) {
      const rolled = await this.use(header.segmentId, (file) => {
        return this.settle(file, header, trailer, endOf(header.segmentId, found))
      })
      recovered.push({ rolled, isCompacted: header.origin === 'compactor' })
    }
    return recovered
  }

  /** Adds the segment to `found`, or says why it is of no use. */
  private async examine(segmentId: number, found: Found[]): Promise<string | undefined> {
    if (this.obsolete.has(segmentId)) return 'others have taken its place'
    return this.use(segmentId, async (file) => {
      const header = await readSegmentHeader(file)
      if (header?.segmentId !== segmentId || header.logId !== this.logId) return 'it has no intact header of this log'
      if (header.origin === 'compactor' && !this.compacted.has(segmentId)) return 'its compaction was not finished'
      const trailer = await readTrailer(file, segmentId)
      // Of another seed: bytes that a spare held before, cut so that they come last.
      found.push({ header, trailer: trailer?.seed === header.seed ? trailer : undefined })
      return undefined
    })
  }

  private async settle(file: LogFile, header: SegmentHeader, trailer: Trailer | undefined, end: number): Promise<RolledSegment> {
    const { segmentId, retention } = header
    const fileBytes = await file.size()
    const directory = trailer && (await readDirectory(file, trailer))
    if (directory) return { segmentId, retention, fileBytes, directory }
    const { index, dataEnd, isTorn } = await scanSegment(file, header, Math.min(end, fileBytes), this.report)
    if (isTorn) this.report({ kind: 'tornTail', segmentId, position: dataEnd, bytes: fileBytes - dataEnd })
    const footer = encodeFooter(header, dataEnd, index)
    await file.truncate(dataEnd)
    await file.write([footer.bytes], dataEnd)
    await file.datasync()
    return { segmentId, retention, fileBytes: dataEnd + footer.bytes.length, directory: Uint8Array.from(footer.directory) }
  }

  private async use<T>(segmentId: number, work: (file: LogFile) => Promise<T>): Promise<T> {
    const file = await this.fileSystem.open(segmentPath(this.directory, segmentId), 'write')
    try {
      return await work(file)
    } finally {
      await file.close()
    }
  }

  private async remove(segmentId: number, reason: string): Promise<void> {
    await this.discard(segmentId)
    this.report({ kind: 'fileRemoved', name: segmentName(segmentId), reason })
  }
}

/** Where a segment without an index ends at the latest: at the byte that a successor names. */
function endOf(segmentId: number, all: readonly Found[]): number {
  const named = all.flatMap(({ header: { predecessor } }) => {
    return predecessor?.segmentId === segmentId ? predecessor.committedBytes : []
  })
  return Math.min(...named)
}

export async function segmentIdsIn(fileSystem: FileSystem, directory: string): Promise<number[]> {
  const names = await fileSystem.list(segmentsPath(directory))
  return names.flatMap((name) => segmentIdOf(name) ?? []).sort((a, b) => a - b)
}
