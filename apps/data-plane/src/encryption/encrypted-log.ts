import {
  type AppendBatch,
  type AppendOutcome,
  type BatchEncryption,
  type LogBatch,
  type LogPage,
  type LogStore,
  PageBuilder,
  type ReadLimit,
  type ReadPosition,
  type ShardState,
} from '@millrace/log-store'
import type { ShardKey, StreamId } from '@millrace/model'
import type { DataKeyEntry } from '@millrace/streams'
import { aes256Gcm, BatchCipher, decrypt } from './batch-cipher.js'
import type { StreamKeys } from './stream-keys.js'

/**
 * A log whose user sees records in the clear, and whose disk holds those of streams that are to be encrypted as ciphertext. What is not
 * encrypted passes through untouched. A follower is given what was decrypted again, once for each batch: so memory holds clear
 * records, and what is acknowledged is known to be readable.
 */
export class EncryptedLog implements LogStore {
  private readonly cipher = new BatchCipher()

  constructor(
    private readonly log: LogStore,
    private readonly keys: Pick<StreamKeys, 'current' | 'byId'>,
    /** Is told of batches that cannot be decrypted. They are left out, as damaged ones are. */
    private readonly onDamaged: (shard: ShardKey, baseOffset: number) => void,
  ) {}

  append(batch: AppendBatch): Promise<AppendOutcome> {
    let key: DataKeyEntry | undefined
    try {
      key = this.keys.current(batch.shard.streamId)
    } catch (error) {
      return Promise.resolve({ kind: 'failed', outcome: 'none', reason: (error as Error).message })
    }
    if (!key) return this.log.append(batch)
    const appended = this.log.append({ ...batch, ...this.cipher.encrypt(batch.records, key, batch.shard) })
    return appended.then((outcome) => (outcome.kind === 'appended' ? { ...outcome, encrypted: true } : outcome))
  }

  async read(shard: ShardKey, from: ReadPosition, limit: ReadLimit): Promise<LogPage> {
    const page = await this.log.read(shard, from, limit)
    return page.batches.some(({ encryption }) => encryption) ? this.decryptedPage(page, shard, from, limit) : page
  }

  follow(shard: ShardKey, sink: (batch: LogBatch) => void): () => void {
    return this.log.follow(shard, (batch) => {
      const { encryption } = batch
      const clear = encryption ? this.decrypted(batch, encryption, shard) : batch
      if (!clear) throw new Error('a batch that was just encrypted cannot be decrypted')
      sink(clear)
    })
  }

  open(shard: ShardKey): Promise<ShardState> {
    return this.log.open(shard)
  }

  seal(shard: ShardKey): Promise<{ readonly endOffset: number }> {
    return this.log.seal(shard)
  }

  trim(shard: ShardKey, beforeMs: number): void {
    this.log.trim(shard, beforeMs)
  }

  deleteStream(streamId: StreamId): void {
    this.log.deleteStream(streamId)
  }

  streams(): StreamId[] {
    return this.log.streams()
  }

  close(): Promise<void> {
    return this.log.close()
  }

  /** The log hands out encrypted batches whole: the page is cut anew. */
  private decryptedPage(page: LogPage, shard: ShardKey, from: ReadPosition, limit: ReadLimit): LogPage {
    const { nextOffset, endOffset, lastArrivalMs, sealed } = page
    const cut = new PageBuilder(from, limit, 0)
    for (const batch of page.batches) {
      const clear = batch.encryption ? this.decrypted(batch, batch.encryption, shard) : batch
      if (!clear) this.onDamaged(shard, batch.baseOffset)
      else if (!cut.add(clear)) break
    }
    return { ...cut.finish({ endOffset: nextOffset, lastArrivalMs, sealed }), endOffset }
  }

  private decrypted({ records, baseOffset, recordCount, arrivalMs }: LogBatch, encryption: BatchEncryption, shard: ShardKey) {
    if (encryption.type !== aes256Gcm) throw new Error(`encryption of type ${encryption.type} is not known`)
    const { key } = this.keys.byId(shard.streamId, encryption.dataKeyId)
    const clear = decrypt(records, encryption, key, shard)
    return clear && ({ baseOffset, recordCount, arrivalMs, records: clear, skip: 0, decrypted: true } as const)
  }
}
