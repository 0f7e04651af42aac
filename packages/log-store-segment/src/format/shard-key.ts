import type { ShardKey, StreamId } from '@millrace/model'

/**
 * A shard as 20 bytes: the stream id's 16, then the shard's number, big-endian, so that comparing bytes orders the shards of a
 * stream by number.
 */
export const shardKeyBytes = 20

export function encodeShardKey(key: ShardKey): Buffer {
  const bytes = Buffer.alloc(shardKeyBytes)
  bytes.write(key.streamId, 0, 'hex')
  bytes.writeUInt32BE(key.shard, 16)
  return bytes
}

export function decodeShardKey(source: Buffer, at: number): ShardKey {
  return { streamId: source.toString('hex', at, at + 16) as StreamId, shard: source.readUInt32BE(at + 16) }
}

/** The bytes of a key as text: what maps are keyed by. */
export function keyTextOf(shardKey: Buffer): string {
  return shardKey.toString('latin1')
}
