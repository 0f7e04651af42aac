import { crc32 } from 'node:zlib'
import type { SegmentIndex, SegmentIndexBuilder, ShardExtents } from '../segment/segment-index.js'
import type { SegmentMark } from './batch-header.js'
import {
  type DirectoryEntry,
  directoryEntries,
  directoryEntryBytes,
  findDirectoryEntry,
  readExtentRange,
  writeDirectoryEntry,
  writeExtentRange,
} from './directory.js'
import { readU64, writeU64 } from './integers.js'

/**
 * What a rolled segment ends with: its index. Never renumber or reorder: it is on disk.
 *
 *     extents    28 bytes each: base offset u64, arrival of the first batch u64, position u64, bytes u32
 *     directory  72 bytes for each shard, see `directory.ts`
 *     trailer    48 bytes: magic u64, segment id u64, where the extents begin u64, extent count u32, shard count u32,
 *                checksum of the extents u32, of the directory u32, the segment's seed u32, checksum of bytes 0–43 u32
 *
 * The directory has a checksum of its own, as it is all that opening the log reads.
 */
const extentBytes = 28
export const trailerBytes = 48
const magic = Buffer.from('MRFOOTER')

export interface Trailer extends SegmentMark {
  /** Where the batches end and the extents begin. */
  readonly dataEnd: number
  readonly extentCount: number
  readonly shardCount: number
  readonly extentsChecksum: number
  readonly directoryChecksum: number
}

export function directoryBytes(trailer: Trailer): number {
  return trailer.shardCount * directoryEntryBytes
}

export function extentsBytes(trailer: Trailer): number {
  return trailer.extentCount * extentBytes
}

export function footerBytes(trailer: Trailer): number {
  return extentsBytes(trailer) + directoryBytes(trailer) + trailerBytes
}

export interface EncodedFooter {
  readonly bytes: Buffer
  /** The part of `bytes` that is the directory. */
  readonly directory: Buffer
}

export function encodeFooter({ segmentId, seed }: SegmentMark, dataEnd: number, index: SegmentIndexBuilder): EncodedFooter {
  const shards = [...index.sorted()]
  const extentCount = shards.reduce((sum, [, shard]) => sum + shard.count, 0)
  const directoryAt = extentCount * extentBytes
  const trailerAt = directoryAt + shards.length * directoryEntryBytes
  const footer = Buffer.alloc(trailerAt + trailerBytes)
  let extent = 0
  for (const [i, [keyText, shard]] of shards.entries()) {
    const at = directoryAt + i * directoryEntryBytes
    writeDirectoryEntry(footer, at, keyText, shard.summary)
    writeExtentRange(footer, at, extent, shard.count)
    for (let j = 0; j < shard.count; j++) writeExtent(footer, extent++ * extentBytes, shard, j)
  }
  magic.copy(footer, trailerAt)
  writeU64(footer, segmentId, trailerAt + 8)
  writeU64(footer, dataEnd, trailerAt + 16)
  footer.writeUInt32LE(extentCount, trailerAt + 24)
  footer.writeUInt32LE(shards.length, trailerAt + 28)
  footer.writeUInt32LE(crc32(footer.subarray(0, directoryAt)), trailerAt + 32)
  footer.writeUInt32LE(crc32(footer.subarray(directoryAt, trailerAt)), trailerAt + 36)
  footer.writeUInt32LE(seed, trailerAt + 40)
  footer.writeUInt32LE(crc32(footer.subarray(trailerAt, trailerAt + 44)), trailerAt + 44)
  return { bytes: footer, directory: footer.subarray(directoryAt, trailerAt) }
}

function writeExtent(target: Buffer, at: number, shard: ShardExtents, extent: number): void {
  writeU64(target, shard.baseOffset(extent), at)
  writeU64(target, shard.firstArrivalMs(extent), at + 8)
  writeU64(target, shard.position(extent), at + 16)
  target.writeUInt32LE(shard.bytes(extent), at + 24)
}

/** Undefined where the bytes are no intact trailer: the segment was never finished. */
export function decodeTrailer(bytes: Buffer): Trailer | undefined {
  if (bytes.length !== trailerBytes || magic.compare(bytes, 0, 8) !== 0) return undefined
  if (bytes.readUInt32LE(44) !== crc32(bytes.subarray(0, 44))) return undefined
  return {
    segmentId: readU64(bytes, 8),
    dataEnd: readU64(bytes, 16),
    extentCount: bytes.readUInt32LE(24),
    shardCount: bytes.readUInt32LE(28),
    extentsChecksum: bytes.readUInt32LE(32),
    directoryChecksum: bytes.readUInt32LE(36),
    seed: bytes.readUInt32LE(40),
  }
}

/** The index of a rolled segment, read where it lies in the footer's bytes: nothing is built for shards that nobody reads. */
export class FooterIndex implements SegmentIndex {
  private constructor(
    readonly mark: SegmentMark,
    private readonly extents: Buffer,
    private readonly directory: Buffer,
  ) {}

  /** `bytes`: extents and directory. Undefined where they are damaged. */
  static of(bytes: Buffer, trailer: Trailer): FooterIndex | undefined {
    const extents = bytes.subarray(0, extentsBytes(trailer))
    const directory = bytes.subarray(extents.length, extents.length + directoryBytes(trailer))
    if (crc32(extents) !== trailer.extentsChecksum || crc32(directory) !== trailer.directoryChecksum) return undefined
    return new FooterIndex(trailer, extents, directory)
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.extents.length + this.directory.length
  }

  /** In the order of the keys. */
  shards(): Generator<DirectoryEntry> {
    return directoryEntries(this.directory)
  }

  extentsOf(shardKey: Buffer): ShardExtents | undefined {
    const at = findDirectoryEntry(this.directory, shardKey)
    if (at < 0) return undefined
    const { first, count } = readExtentRange(this.directory, at)
    return new FooterExtents(this.extents, first, count)
  }
}

class FooterExtents implements ShardExtents {
  constructor(
    private readonly extents: Buffer,
    private readonly first: number,
    readonly count: number,
  ) {}

  baseOffset(extent: number): number {
    return readU64(this.extents, (this.first + extent) * extentBytes)
  }

  firstArrivalMs(extent: number): number {
    return readU64(this.extents, (this.first + extent) * extentBytes + 8)
  }

  position(extent: number): number {
    return readU64(this.extents, (this.first + extent) * extentBytes + 16)
  }

  bytes(extent: number): number {
    return this.extents.readUInt32LE((this.first + extent) * extentBytes + 24)
  }
}
