import type { ShardSummary } from '../segment/segment-index.js'
import { readU64, writeU64 } from './integers.js'
import { shardKeyBytes } from './shard-key.js'

/**
 * What a segment holds of each shard, in the order of the keys. Never renumber or reorder: it is on disk.
 *
 *      0  shard key, 20 bytes
 *     20  base offset u64, end offset u64
 *     36  arrival of the first record u64, of the last u64
 *     52  bytes of batches u64
 *     60  first extent u32, extent count u32
 *     68  flags u32                bit 0: sealed
 */
export const directoryEntryBytes = 72
const flagSealed = 1

export interface DirectoryEntry {
  readonly shardKey: Buffer
  readonly summary: ShardSummary
}

export function writeDirectoryEntry(target: Buffer, at: number, keyText: string, summary: ShardSummary): void {
  target.write(keyText, at, 'latin1')
  writeU64(target, summary.baseOffset, at + 20)
  writeU64(target, summary.endOffset, at + 28)
  writeU64(target, summary.firstArrivalMs, at + 36)
  writeU64(target, summary.lastArrivalMs, at + 44)
  writeU64(target, summary.bytes, at + 52)
  target.writeUInt32LE(summary.sealed ? flagSealed : 0, at + 68)
}

export function writeExtentRange(target: Buffer, at: number, first: number, count: number): void {
  target.writeUInt32LE(first, at + 60)
  target.writeUInt32LE(count, at + 64)
}

export function readExtentRange(source: Buffer, at: number): { readonly first: number; readonly count: number } {
  return { first: source.readUInt32LE(at + 60), count: source.readUInt32LE(at + 64) }
}

export function* directoryEntries(directory: Buffer): Generator<DirectoryEntry> {
  for (let at = 0; at < directory.length; at += directoryEntryBytes) {
    const summary = {
      baseOffset: readU64(directory, at + 20),
      endOffset: readU64(directory, at + 28),
      firstArrivalMs: readU64(directory, at + 36),
      lastArrivalMs: readU64(directory, at + 44),
      bytes: readU64(directory, at + 52),
      sealed: (directory.readUInt32LE(at + 68) & flagSealed) !== 0,
    }
    yield { shardKey: directory.subarray(at, at + shardKeyBytes), summary }
  }
}

/** Where the entry of a shard begins; −1 where there is none. */
export function findDirectoryEntry(directory: Buffer, shardKey: Buffer): number {
  let low = 0
  let high = directory.length / directoryEntryBytes - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const at = middle * directoryEntryBytes
    const order = directory.compare(shardKey, 0, shardKeyBytes, at, at + shardKeyBytes)
    if (order === 0) return at
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1
}
