import type { RolledSegment } from '../channel/messages.js'
import type { FileSystem, LogFile } from '../file-system/file-system.js'
import { encodeFooter, type Trailer } from '../format/footer.js'
import { segmentIdOf, segmentName, segmentPath, segmentsPath } from '../format/names.js'
import type { SegmentHeader } from '../format/segment-header.js'
import type { ShardTable } from '../format/shard-table.js'
import type { Report } from '../report.js'
import { readDirectory, readSegmentHeader, readTrailer } from '../segment/footer-file.js'
import { scanSegment } from '../segment/scan.js'

export interface Recovered {
  readonly segments: readonly RolledSegment[]
  /** Above all that there is and was. */
  readonly nextSegmentId: number
}

interface Found {
  readonly header: SegmentHeader
  readonly file: LogFile
  readonly fileBytes: number
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
  constructor(
    private readonly fileSystem: FileSystem,
    private readonly directory: string,
    private readonly logId: string,
    private readonly report: Report,
  ) {}

  async run(table: ShardTable | undefined): Promise<Recovered> {
    const ids = (await this.fileSystem.list(segmentsPath(this.directory)))
      .flatMap((name) => segmentIdOf(name) ?? [])
      .sort((a, b) => a - b)
    const obsolete = new Set(table?.obsoleteSegments)
    const found: Found[] = []
    try {
      for (const segmentId of ids) {
        const one = obsolete.has(segmentId) ? undefined : await this.find(segmentId)
        if (one) found.push(one)
        else await this.remove(segmentId, obsolete.has(segmentId) ? 'others have taken its place' : 'it has no intact header')
      }
      await this.fileSystem.syncDirectory(segmentsPath(this.directory))
      const segments: RolledSegment[] = []
      for (const one of found)
        segments.push(one.trailer ? await rolled(one, one.trailer) : await this.finish(one, endOf(one, found)))
      return { segments, nextSegmentId: Math.max(table?.nextSegmentId ?? 1, (ids.at(-1) ?? 0) + 1) }
    } finally {
      for (const { file } of found) await file.close()
    }
  }

  private async find(segmentId: number): Promise<Found | undefined> {
    const file = await this.fileSystem.open(segmentPath(this.directory, segmentId), 'write')
    const header = await readSegmentHeader(file)
    if (header?.segmentId === segmentId && header.logId === this.logId) {
      const trailer = await readTrailer(file, segmentId)
      if (trailer || header.origin === 'lane') return { header, file, fileBytes: await file.size(), trailer }
    }
    await file.close()
    return undefined
  }

  private async finish(found: Found, end: number): Promise<RolledSegment> {
    const { header, file, fileBytes } = found
    const { segmentId, retention } = header
    const { index, dataEnd } = await scanSegment(file, segmentId, Math.min(end, fileBytes), this.report)
    if (dataEnd < fileBytes) this.report({ kind: 'tornTail', segmentId, position: dataEnd, bytes: fileBytes - dataEnd })
    const footer = encodeFooter(segmentId, dataEnd, index)
    await file.truncate(dataEnd)
    await file.write([footer.bytes], dataEnd)
    await file.datasync()
    return { segmentId, retention, fileBytes: dataEnd + footer.bytes.length, directory: Uint8Array.from(footer.directory) }
  }

  private async remove(segmentId: number, reason: string): Promise<void> {
    await this.fileSystem.remove(segmentPath(this.directory, segmentId))
    this.report({ kind: 'fileRemoved', name: segmentName(segmentId), reason })
  }
}

async function rolled({ header, file, fileBytes }: Found, trailer: Trailer): Promise<RolledSegment> {
  const { segmentId, retention } = header
  return { segmentId, retention, fileBytes, directory: await readDirectory(file, trailer) }
}

/** Where a segment ends at the latest: at the byte that a successor names. */
function endOf(segment: Found, all: readonly Found[]): number {
  const named = all.flatMap(({ header }) => {
    return header.predecessor?.segmentId === segment.header.segmentId ? header.predecessor.committedBytes : []
  })
  return Math.min(...named)
}
