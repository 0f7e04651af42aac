import { crc32 } from 'node:zlib'
import type { BatchEncryption } from '@millrace/log-store'
import { readU64, writeU64 } from './integers.js'
import { shardKeyBytes } from './shard-key.js'

/**
 * What stands before every batch in a segment. Never renumber or reorder: it is on disk.
 *
 *       0  magic u32
 *       4  kind u8                 1 records, 2 seal, 3 advance
 *       5  compression u8          0 none
 *       6  encryption type u8      0 none
 *       7  nonce length u8
 *       8  segment id u64
 *      16  payload bytes u32
 *      20  record count u32
 *      24  shard key, 20 bytes
 *      44  data key id u32
 *      48  base offset u64
 *      56  arrival, ms u64
 *      64  nonce, 12 bytes
 *      76  tag, 16 bytes
 *      92  checksum u32            CRC-32 of bytes 0–91 and the payload
 *      96  header checksum u32     CRC-32 of bytes 0–95
 *     100  payload
 *
 * The header's own checksum lets a reader trust the length, and so step over a damaged payload. The segment id keeps batches of a
 * segment that was renamed for reuse from passing for this segment's. Both checksums begin with the segment's seed, a random number
 * that its header names: bytes that a user puts into a record cannot pass for a batch.
 */
export const batchHeaderBytes = 100
const magic = 0x3142_524d // "MRB1"
const checksumAt = 92
const headerChecksumAt = 96
const nonceBytesMax = 12
const tagBytes = 16

export type BatchKind = 'records' | 'seal' | 'advance'
const kinds: readonly (BatchKind | undefined)[] = [undefined, 'records', 'seal', 'advance']

/** What batches of a segment are told by. */
export interface SegmentMark {
  readonly segmentId: number
  readonly seed: number
}

export interface BatchFields {
  readonly kind: BatchKind
  readonly shardKey: Buffer
  readonly baseOffset: number
  readonly recordCount: number
  readonly arrivalMs: number
  readonly payload: Buffer
  readonly encryption?: BatchEncryption | undefined
}

export function encodeBatchHeader(fields: BatchFields, { segmentId, seed }: SegmentMark): Buffer {
  const header = Buffer.allocUnsafe(batchHeaderBytes)
  const { encryption, payload } = fields
  header.writeUInt32LE(magic, 0)
  header[4] = kinds.indexOf(fields.kind)
  header[5] = 0
  header[6] = encryption?.type ?? 0
  header[7] = encryption?.nonce.length ?? 0
  writeU64(header, segmentId, 8)
  header.writeUInt32LE(payload.length, 16)
  header.writeUInt32LE(fields.recordCount, 20)
  fields.shardKey.copy(header, 24)
  header.writeUInt32LE(encryption?.dataKeyId ?? 0, 44)
  writeU64(header, fields.baseOffset, 48)
  writeU64(header, fields.arrivalMs, 56)
  header.fill(0, 64, checksumAt)
  if (encryption) writeEncryption(header, encryption)
  const checksum = crc32(payload, crc32(header.subarray(0, checksumAt), seed))
  header.writeUInt32LE(checksum, checksumAt)
  header.writeUInt32LE(crc32(header.subarray(0, headerChecksumAt), seed), headerChecksumAt)
  return header
}

function writeEncryption(header: Buffer, { nonce, tag }: BatchEncryption): void {
  if (nonce.length > nonceBytesMax || tag.length !== tagBytes) throw new Error('a nonce has up to 12 bytes and a tag 16')
  header.set(nonce, 64)
  header.set(tag, 76)
}

/** Reads batch headers out of a buffer without building an object for each. */
export class BatchCursor {
  kind: BatchKind = 'records'
  payloadBytes = 0
  recordCount = 0
  baseOffset = 0
  arrivalMs = 0
  /** Where the header begins. */
  at = 0

  constructor(
    readonly buffer: Buffer,
    private readonly mark: SegmentMark,
  ) {}

  get payloadAt(): number {
    return this.at + batchHeaderBytes
  }

  get endAt(): number {
    return this.payloadAt + this.payloadBytes
  }

  /** Whether an intact header of this segment stands at `at`; if so the fields are its. */
  read(at: number): boolean {
    const { buffer } = this
    if (at + batchHeaderBytes > buffer.length || !this.isBegun(at)) return false
    const checksum = crc32(buffer.subarray(at, at + headerChecksumAt), this.mark.seed)
    const kind = kinds[buffer[at + 4] ?? 0]
    if (checksum !== buffer.readUInt32LE(at + headerChecksumAt) || !kind) return false
    this.kind = kind
    this.at = at
    this.payloadBytes = buffer.readUInt32LE(at + 16)
    this.recordCount = buffer.readUInt32LE(at + 20)
    this.baseOffset = readU64(buffer, at + 48)
    this.arrivalMs = readU64(buffer, at + 56)
    return true
  }

  /** Whether a batch of this segment was to stand at `at`, intact or not. */
  isBegun(at: number): boolean {
    const { buffer } = this
    return at + 16 <= buffer.length && buffer.readUInt32LE(at) === magic && readU64(buffer, at + 8) === this.mark.segmentId
  }

  /** The next place behind `at` where an intact header stands; −1 where there is none in the buffer. */
  search(at: number): number {
    const id = Buffer.alloc(8)
    writeU64(id, this.mark.segmentId, 0)
    for (let found = this.buffer.indexOf(id, at + 9); found >= 0; found = this.buffer.indexOf(id, found + 1)) {
      if (this.read(found - 8)) return found - 8
    }
    return -1
  }

  isOf(shardKey: Buffer): boolean {
    return this.buffer.compare(shardKey, 0, shardKeyBytes, this.at + 24, this.at + 24 + shardKeyBytes) === 0
  }

  shardKey(): Buffer {
    return this.buffer.subarray(this.at + 24, this.at + 24 + shardKeyBytes)
  }

  /** Whether header and payload are what was written. The whole batch must be in the buffer. */
  isIntact(): boolean {
    const { buffer, at } = this
    const checksum = crc32(this.payload(), crc32(buffer.subarray(at, at + checksumAt), this.mark.seed))
    return checksum === buffer.readUInt32LE(at + checksumAt)
  }

  payload(): Buffer {
    return this.buffer.subarray(this.payloadAt, this.endAt)
  }

  encryption(): BatchEncryption | undefined {
    const { buffer, at } = this
    const type = buffer[at + 6] ?? 0
    if (type === 0) return undefined
    const nonceLength = buffer[at + 7] ?? 0
    return {
      type,
      dataKeyId: buffer.readUInt32LE(at + 44),
      nonce: buffer.subarray(at + 64, at + 64 + nonceLength),
      tag: buffer.subarray(at + 76, at + 76 + tagBytes),
    }
  }
}
