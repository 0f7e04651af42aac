import { crc32 } from 'node:zlib'
import type { LogFile } from '../file-system/file-system.js'
import {
  decodeTrailer,
  directoryBytes,
  extentsBytes,
  FooterIndex,
  footerBytes,
  type Trailer,
  trailerBytes,
} from '../format/footer.js'
import { decodeSegmentHeader, type SegmentHeader, segmentHeaderBytes } from '../format/segment-header.js'
import type { Report } from '../report.js'
import { scanSegment } from './scan.js'
import { type SegmentIndex, SegmentIndexBuilder } from './segment-index.js'

/** Undefined where the file does not begin with an intact header. */
export async function readSegmentHeader(file: LogFile): Promise<SegmentHeader | undefined> {
  return decodeSegmentHeader(await readPart(file, 0, segmentHeaderBytes))
}

/** Undefined where the segment was never finished: its index is to be found by a scan. */
export async function readTrailer(file: LogFile, segmentId: number): Promise<Trailer | undefined> {
  const size = await file.size()
  if (size < trailerBytes) return undefined
  const trailer = decodeTrailer(await readPart(file, size - trailerBytes, trailerBytes))
  if (!trailer || trailer.segmentId !== segmentId || trailer.dataEnd + footerBytes(trailer) !== size) return undefined
  return trailer
}

/** What opening the log reads of a segment; undefined where it is damaged. */
export async function readDirectory(file: LogFile, trailer: Trailer): Promise<Buffer | undefined> {
  const directory = await readPart(file, trailer.dataEnd + extentsBytes(trailer), directoryBytes(trailer))
  return crc32(directory) === trailer.directoryChecksum ? directory : undefined
}

/** The index of a rolled segment. A footer that is damaged costs a scan and nothing else. */
export async function readIndex(file: LogFile, segmentId: number, report: Report): Promise<SegmentIndex> {
  const footer = await readFooter(file, segmentId)
  if (footer) return footer
  const [size, header] = [await file.size(), await readSegmentHeader(file)]
  report({ kind: 'indexDamaged', segmentId })
  if (header?.segmentId !== segmentId) return new SegmentIndexBuilder({ segmentId, seed: 0 })
  return (await scanSegment(file, header, size, report)).index
}

async function readFooter(file: LogFile, segmentId: number): Promise<FooterIndex | undefined> {
  const trailer = await readTrailer(file, segmentId)
  if (!trailer) return undefined
  const bytes = await readPart(file, trailer.dataEnd, extentsBytes(trailer) + directoryBytes(trailer))
  return FooterIndex.of(bytes, trailer)
}

async function readPart(file: LogFile, position: number, bytes: number): Promise<Buffer> {
  const target = Buffer.allocUnsafeSlow(bytes)
  const read = await file.read(target, position)
  return target.subarray(0, read)
}
