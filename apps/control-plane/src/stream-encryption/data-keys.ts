import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { DataKeyMetadata, StreamMetadata } from '@millrace/metadata'
import type { DataKeyEntry } from '@millrace/streams'

/** The name of the installation's secret that stands for the one key of the embedded KMS. */
export const masterKeyName = 'kms/alias/aws/kinesis'
export const keyBytes = 32
const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/**
 * The keys that records are encrypted with: made here, stored only as the master key encrypts them, given to the nodes in the clear.
 *
 *     wrapped := nonce 12 bytes | key, encrypted, 32 bytes | tag 16 bytes      (AES-256-GCM)
 */
export class DataKeys {
  constructor(private readonly masterKey: Uint8Array) {}

  /** The stream's keys and a new one; without those of which all records are older than any may be. */
  renewed(stream: StreamMetadata, nowMs: number, retentionHoursMax: number): readonly DataKeyMetadata[] {
    const { id: streamId, dataKeys, retentionHours } = stream
    const oldestMs = nowMs - (Math.max(retentionHours, retentionHoursMax) + 24) * 3_600_000
    const kept = dataKeys.filter((_, i) => (dataKeys[i + 1]?.createdMs ?? nowMs) >= oldestMs)
    const id = (dataKeys.at(-1)?.id ?? 0) + 1
    return [...kept, { id, wrapped: this.wrap(randomBytes(keyBytes), placeOf(streamId, id)), createdMs: nowMs }]
  }

  /** For the nodes. */
  unwrapped({ id: streamId }: Pick<StreamMetadata, 'id'>, { id, wrapped }: DataKeyMetadata): DataKeyEntry {
    return { id, key: this.unwrap(wrapped, placeOf(streamId, id)) }
  }

  private wrap(key: Buffer, place: Buffer): Uint8Array {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv(algorithm, this.masterKey, nonce).setAAD(place)
    const encrypted = cipher.update(key)
    cipher.final()
    return Uint8Array.from(Buffer.concat([nonce, encrypted, cipher.getAuthTag()]))
  }

  /** Throws where the key is not the one that was wrapped at this place. */
  private unwrap(wrapped: Uint8Array, place: Buffer): Uint8Array {
    const tagAt = wrapped.length - tagBytes
    const decipher = createDecipheriv(algorithm, this.masterKey, wrapped.subarray(0, nonceBytes)).setAAD(place)
    decipher.setAuthTag(wrapped.subarray(tagAt))
    const key = decipher.update(wrapped.subarray(nonceBytes, tagAt))
    decipher.final()
    return Uint8Array.from(key)
  }
}

/** A wrapped key is of no use in another row. */
function placeOf(streamId: string, id: number): Buffer {
  return Buffer.from(`${streamId}/${id}`)
}
