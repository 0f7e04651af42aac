import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { BatchEncryption } from '@millrace/log-store'
import type { ShardKey } from '@millrace/model'
import type { DataKeyEntry } from '@millrace/streams'

/** Stands with every batch on disk; never renumber. */
export const aes256Gcm = 1
const algorithm = 'aes-256-gcm'
const prefixBytes = 8
const countMax = 0xffff_ffff

export interface EncryptedBlock {
  readonly records: Buffer
  readonly encryption: BatchEncryption
}

/**
 * Encrypts record blocks with AES-256-GCM, bound to their shard: a batch is of no use in another. A nonce is a random prefix of 8
 * bytes, drawn at the start, and a count: two are the same only if two prefixes are, while random nonces of 12 bytes might meet after
 * some billion batches.
 */
export class BatchCipher {
  private prefix = randomBytes(prefixBytes)
  private count = 0

  encrypt(block: Buffer, { id: dataKeyId, key }: DataKeyEntry, shard: ShardKey): EncryptedBlock {
    const nonce = this.nextNonce()
    const cipher = createCipheriv(algorithm, key, nonce).setAAD(boundTo(shard))
    const records = cipher.update(block)
    cipher.final()
    return { records, encryption: { type: aes256Gcm, dataKeyId, nonce, tag: cipher.getAuthTag() } }
  }

  private nextNonce(): Buffer {
    if (this.count > countMax) {
      this.prefix = randomBytes(prefixBytes)
      this.count = 0
    }
    const nonce = Buffer.alloc(prefixBytes + 4)
    this.prefix.copy(nonce)
    nonce.writeUInt32LE(this.count++, prefixBytes)
    return nonce
  }
}

/** Undefined where the block is not what was encrypted with this key in this shard. */
export function decrypt(block: Buffer, { nonce, tag }: BatchEncryption, key: Uint8Array, shard: ShardKey): Buffer | undefined {
  const decipher = createDecipheriv(algorithm, key, nonce).setAAD(boundTo(shard)).setAuthTag(tag)
  const clear = decipher.update(block)
  try {
    decipher.final()
    return clear
  } catch {
    return undefined
  }
}

function boundTo({ streamId, shard }: ShardKey): Buffer {
  return Buffer.from(`${streamId}/${shard}`)
}
