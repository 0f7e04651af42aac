import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'
import type { AccountId, Region, ShardIndex, StreamId, StreamName } from '@millrace/model'
import type { ReadFrom } from '../ports/records.js'

/**
 * A shard iterator is a token that says where to read on. Opaque, authenticated, and of the size that AWS's have:
 *
 *     0000000000000001 | nonce (12) | AES-256-GCM of the position, padded with zeros | tag (16)      in base64
 *     position := created ms u48 | stream id (16) | shard u32 | kind u8 (0 offset, 1 timestamp) | value u64 | account u48
 *                 | name length u8 | name | region length u8 | region
 *
 * It holds no state here: the same iterator may be used again (a retry reads the same), for five minutes.
 */
export interface IteratorPosition {
  readonly createdMs: number
  readonly streamId: StreamId
  /** The stream's address, for authorisation and messages: the stream may be gone when the iterator is used. */
  readonly account: AccountId
  readonly region: Region
  readonly streamName: StreamName
  readonly shard: ShardIndex
  readonly from: ReadFrom
}

const prefix = Buffer.from('0000000000000001', 'hex')
const nonceBytes = 12
const tagBytes = 16
const fixedBytes = 41
const textMax = 512

/** AWS's iterators are 152 bytes and a multiple of 16 more for long names. */
function tokenBytes(nameLength: number): number {
  return 152 + Math.floor((nameLength + 2) / 16) * 16
}

/** `key`: 32 bytes. */
export function sealIterator(position: IteratorPosition, key: Uint8Array): string {
  const total = tokenBytes(position.streamName.length)
  const plain = Buffer.alloc(total - prefix.length - nonceBytes - tagBytes)
  writePosition(position, plain)
  const nonce = randomFillSync(Buffer.allocUnsafe(nonceBytes))
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return Buffer.concat([prefix, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** Undefined where this is none of ours, or was tampered with. AWS also takes an iterator in double quotes. */
export function openIterator(text: string, key: Uint8Array): IteratorPosition | undefined {
  const unquoted = text.length > 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
  if (unquoted.length > textMax) return undefined
  const token = Buffer.from(unquoted, 'base64')
  if (token.length < tokenBytes(0) || token.toString('base64') !== unquoted) return undefined
  if (!token.subarray(0, prefix.length).equals(prefix)) return undefined
  const plain = decrypt(token, key)
  return plain && readPosition(plain)
}

function decrypt(token: Buffer, key: Uint8Array): Buffer | undefined {
  const nonceAt = prefix.length
  const tagAt = token.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, token.subarray(nonceAt, nonceAt + nonceBytes))
  decipher.setAuthTag(token.subarray(tagAt))
  const plain = decipher.update(token.subarray(nonceAt + nonceBytes, tagAt))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return plain
}

function writePosition(position: IteratorPosition, plain: Buffer): void {
  const { from } = position
  plain.writeUIntBE(position.createdMs, 0, 6)
  plain.write(position.streamId, 6, 16, 'hex')
  plain.writeUInt32BE(position.shard, 22)
  plain.writeUInt8(from.kind === 'offset' ? 0 : 1, 26)
  plain.writeBigUInt64BE(BigInt(from.kind === 'offset' ? from.offset : from.arrivalMs), 27)
  plain.writeUIntBE(Number(position.account), 35, 6)
  writeText(position.region, plain, writeText(position.streamName, plain, fixedBytes))
}

/** Returns where the next text begins. The pattern of names and regions is ASCII. */
function writeText(text: string, plain: Buffer, at: number): number {
  plain.writeUInt8(text.length, at)
  return at + 1 + plain.write(text, at + 1, 'latin1')
}

function readText(plain: Buffer, at: number): string {
  return plain.toString('latin1', at + 1, at + 1 + plain.readUInt8(at))
}

function readPosition(plain: Buffer): IteratorPosition {
  const value = Number(plain.readBigUInt64BE(27))
  const streamName = readText(plain, fixedBytes) as StreamName
  return {
    createdMs: plain.readUIntBE(0, 6),
    streamId: plain.toString('hex', 6, 22) as StreamId,
    shard: plain.readUInt32BE(22),
    from: plain.readUInt8(26) === 0 ? { kind: 'offset', offset: value } : { kind: 'timestamp', arrivalMs: value },
    account: String(plain.readUIntBE(35, 6)).padStart(12, '0') as AccountId,
    streamName,
    region: readText(plain, fixedBytes + 1 + streamName.length) as Region,
  }
}
