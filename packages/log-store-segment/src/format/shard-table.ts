import { crc32 } from 'node:zlib'
import type { ShardKey, StreamId } from '@millrace/model'
import { readU64, writeU64 } from './integers.js'
import { decodeShardKey, encodeShardKey, shardKeyBytes } from './shard-key.js'

/**
 * What outlives the segments, written at every roll in turn to two files, `shards.0` and `shards.1`, so that a write that a crash
 * tears leaves the other. Never renumber or reorder: it is on disk.
 *
 *     header    68 bytes: magic u64, version u32, checksum of the body u32, log id 16, generation u64, next segment id u64,
 *               obsolete segments u32, compacted segments u32, deleted streams u32, shards u32, checksum of bytes 0–63 u32
 *     obsolete  8 bytes each: segments whose place others have taken, or of which nothing lives; a file of this id is to be removed
 *     compacted 8 bytes each: what the compactor wrote and has put in the place of others; one that is not listed was not finished
 *     deleted   16 bytes each: ids of deleted streams of which segments still hold something
 *     shards    48 bytes each: shard key 20, next offset u64, last arrival u64, trimmed before u64, flags u32 (bit 0: sealed)
 */
const headerBytes = 68
const shardBytes = 48
const streamBytes = 16
const magic = Buffer.from('MRSHARDS')
const version = 1
const flagSealed = 1

export interface ShardTable {
  readonly logId: string
  /** Of two intact tables the one with the higher number counts. */
  readonly generation: number
  readonly nextSegmentId: number
  readonly obsoleteSegments: readonly number[]
  readonly compactedSegments: readonly number[]
  readonly deletedStreams: readonly StreamId[]
  readonly shards: readonly ShardTableEntry[]
}

export interface ShardTableEntry {
  readonly shard: ShardKey
  readonly nextOffset: number
  readonly lastArrivalMs: number
  /** Records that arrived before it are not shown; 0: none. */
  readonly trimBeforeMs: number
  readonly sealed: boolean
}

export function encodeShardTable(table: ShardTable): Buffer {
  const { obsoleteSegments, compactedSegments, deletedStreams, shards } = table
  const segments = [...obsoleteSegments, ...compactedSegments]
  const bytes = Buffer.alloc(headerBytes + segments.length * 8 + deletedStreams.length * streamBytes + shards.length * shardBytes)
  let at = headerBytes
  for (const segmentId of segments) {
    writeU64(bytes, segmentId, at)
    at += 8
  }
  for (const streamId of deletedStreams) at += bytes.write(streamId, at, 'hex')
  for (const entry of shards) {
    writeShard(bytes, at, entry)
    at += shardBytes
  }
  magic.copy(bytes)
  bytes.writeUInt32LE(version, 8)
  bytes.writeUInt32LE(crc32(bytes.subarray(headerBytes)), 12)
  bytes.write(table.logId, 16, 'hex')
  writeU64(bytes, table.generation, 32)
  writeU64(bytes, table.nextSegmentId, 40)
  bytes.writeUInt32LE(obsoleteSegments.length, 48)
  bytes.writeUInt32LE(compactedSegments.length, 52)
  bytes.writeUInt32LE(deletedStreams.length, 56)
  bytes.writeUInt32LE(shards.length, 60)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 64)), 64)
  return bytes
}

function writeShard(target: Buffer, at: number, entry: ShardTableEntry): void {
  encodeShardKey(entry.shard).copy(target, at)
  writeU64(target, entry.nextOffset, at + 20)
  writeU64(target, entry.lastArrivalMs, at + 28)
  writeU64(target, entry.trimBeforeMs, at + 36)
  target.writeUInt32LE(entry.sealed ? flagSealed : 0, at + 44)
}

/** Undefined where the bytes are no intact table. Bytes behind the table are left from a longer one. */
export function decodeShardTable(bytes: Buffer): ShardTable | undefined {
  if (bytes.length < headerBytes || magic.compare(bytes, 0, 8) !== 0 || bytes.readUInt32LE(8) !== version) return undefined
  if (bytes.readUInt32LE(64) !== crc32(bytes.subarray(0, 64))) return undefined
  const [obsoleteCount, compactedCount] = [bytes.readUInt32LE(48), bytes.readUInt32LE(52)]
  const [deletedCount, shardCount] = [bytes.readUInt32LE(56), bytes.readUInt32LE(60)]
  const compactedAt = headerBytes + obsoleteCount * 8
  const deletedAt = compactedAt + compactedCount * 8
  const shardsAt = deletedAt + deletedCount * streamBytes
  const end = shardsAt + shardCount * shardBytes
  if (bytes.length < end || bytes.readUInt32LE(12) !== crc32(bytes.subarray(headerBytes, end))) return undefined
  return {
    logId: bytes.toString('hex', 16, 32),
    generation: readU64(bytes, 32),
    nextSegmentId: readU64(bytes, 40),
    obsoleteSegments: each(headerBytes, obsoleteCount, 8, (at) => readU64(bytes, at)),
    compactedSegments: each(compactedAt, compactedCount, 8, (at) => readU64(bytes, at)),
    deletedStreams: each(deletedAt, deletedCount, streamBytes, (at) => bytes.toString('hex', at, at + streamBytes) as StreamId),
    shards: each(shardsAt, shardCount, shardBytes, (at) => readShard(bytes, at)),
  }
}

function each<T>(first: number, count: number, bytes: number, read: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => read(first + i * bytes))
}

function readShard(source: Buffer, at: number): ShardTableEntry {
  const values = at + shardKeyBytes
  return {
    shard: decodeShardKey(source, at),
    nextOffset: readU64(source, values),
    lastArrivalMs: readU64(source, values + 8),
    trimBeforeMs: readU64(source, values + 16),
    sealed: (source.readUInt32LE(values + 24) & flagSealed) !== 0,
  }
}
