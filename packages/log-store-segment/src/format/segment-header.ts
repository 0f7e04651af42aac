import { crc32 } from 'node:zlib'
import type { RetentionClass } from '@millrace/log-store'
import type { SegmentMark } from './batch-header.js'
import { readU64, writeU64 } from './integers.js'

/**
 * What a segment file begins with. Never renumber or reorder: it is on disk.
 *
 *      0  magic u64, version u16, retention class u8, origin u8
 *     12  seed of the batches' checksums u32, random
 *     16  log id, 16 bytes
 *     32  segment id u64
 *     40  created, ms u64
 *     48  predecessor's segment id u64, 0: none
 *     56  byte to which the predecessor is committed u64
 *     64  checksum u32 of bytes 0–63
 *
 * Batches begin at byte 4,096, so that no write of a batch touches the block of the header.
 */
export const segmentHeaderBytes = 68
export const firstBatchAt = 4096
const magic = Buffer.from('MRSEGMNT')
const version = 1
const retentionClasses: readonly RetentionClass[] = ['day', 'week', 'long']
/** Written by a lane, or by the compactor: one that the compactor did not finish is worth nothing. */
const origins = ['lane', 'compactor'] as const
export type SegmentOrigin = (typeof origins)[number]

export interface SegmentHeader extends SegmentMark {
  readonly logId: string
  readonly retention: RetentionClass
  readonly origin: SegmentOrigin
  readonly createdMs: number
  readonly predecessor: Predecessor | undefined
}

/** The segment that its writer left for this one: what lies behind `committedBytes` in it was never acknowledged and is void. */
export interface Predecessor {
  readonly segmentId: number
  readonly committedBytes: number
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes)
  magic.copy(bytes)
  bytes.writeUInt16LE(version, 8)
  bytes[10] = retentionClasses.indexOf(header.retention)
  bytes[11] = origins.indexOf(header.origin)
  bytes.writeUInt32LE(header.seed, 12)
  bytes.write(header.logId, 16, 'hex')
  writeU64(bytes, header.segmentId, 32)
  writeU64(bytes, header.createdMs, 40)
  writeU64(bytes, header.predecessor?.segmentId ?? 0, 48)
  writeU64(bytes, header.predecessor?.committedBytes ?? 0, 56)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 64)), 64)
  return bytes
}

/** Undefined where the bytes are no intact header of this version. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < segmentHeaderBytes || bytes.readUInt32LE(64) !== crc32(bytes.subarray(0, 64))) return undefined
  const retention = retentionClasses[bytes[10] ?? 255]
  const origin = origins[bytes[11] ?? 255]
  if (magic.compare(bytes, 0, 8) !== 0 || bytes.readUInt16LE(8) !== version || !retention || !origin) return undefined
  const predecessorId = readU64(bytes, 48)
  return {
    logId: bytes.toString('hex', 16, 32),
    segmentId: readU64(bytes, 32),
    seed: bytes.readUInt32LE(12),
    retention,
    origin,
    createdMs: readU64(bytes, 40),
    predecessor: predecessorId === 0 ? undefined : { segmentId: predecessorId, committedBytes: readU64(bytes, 56) },
  }
}
