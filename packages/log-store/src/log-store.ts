import type { ShardKey, StreamId } from '@millrace/model'

/**
 * Where the records of shards are kept, in order, durably. One instance serves one lane, and a shard has one lane at a time.
 *
 *     trimmed │ trimOffset … durable records … nextOffset │ (seal)
 *             └ first that a reader may see     └ what the next append gets
 *
 * Offsets of a shard rise strictly, may have gaps, and are never given twice, also not after a crash, a failed append, or when
 * all of the shard's segments are gone. `append` resolves when the batch is on stable storage, in offset order within a shard,
 * and not before. A reader never sees a record that a crash could still take back.
 */
export interface LogStore {
  /** Reads what is known of a shard; a shard that was never written begins at offset 0. */
  open(shard: ShardKey): Promise<ShardState>

  /** Appends a batch to the end of a shard; see the interface for when it resolves. */
  append(batch: AppendBatch): Promise<AppendOutcome>

  /** Closes a shard for good, durably; what was acknowledged before stays readable. Idempotent. */
  seal(shard: ShardKey): Promise<{ readonly endOffset: number }>

  /** A page of durable batches from a position on; see `LogPage`. Never waits for records to come. */
  read(shard: ShardKey, from: ReadPosition, limit: ReadLimit): Promise<LogPage>

  /**
   * From now on `sink` gets every durable batch of the shard, in offset order, each once. It is the feed of the tail in memory. One
   * follower at a time: a later one takes over. What is returned ends it, and no other.
   */
  follow(shard: ShardKey, sink: (batch: LogBatch) => void): () => void

  /** Records that arrived before `beforeMs` are not shown any more. Never goes back. */
  trim(shard: ShardKey, beforeMs: number): void

  /** All of a stream's records are gone, for every shard of it. */
  deleteStream(streamId: StreamId): void

  /** Streams that the log holds something of; what the control plane does not know any more is to be deleted. */
  streams(): StreamId[]

  close(): Promise<void>
}

/** How long a stream keeps its records decides which segments it shares with others. */
export type RetentionClass = 'day' | 'week' | 'long'

export function retentionClassOf(retentionHours: number): RetentionClass {
  if (retentionHours <= 24) return 'day'
  return retentionHours <= 168 ? 'week' : 'long'
}

export interface ShardState {
  readonly nextOffset: number
  /** First offset that may be read; equals `nextOffset` where there is none. */
  readonly trimOffset: number
  /** Arrival time of the last record ever appended; 0 where there was none. */
  readonly lastArrivalMs: number
  readonly sealed: boolean
}

/** How the bytes of a batch are encrypted; the log stores it and does not look inside. */
export interface BatchEncryption {
  readonly type: number
  readonly dataKeyId: number
  readonly nonce: Uint8Array
  readonly tag: Uint8Array
}

export interface AppendBatch {
  readonly shard: ShardKey
  /**
   * A record block (`model/record-block.ts`), encrypted or not. The store may keep a reference to it (the tail does), so it must not be
   * changed after the call.
   */
  readonly records: Buffer
  readonly recordCount: number
  /** The clock's reading. The batch is stored with max(this, the shard's last arrival). */
  readonly nowMs: number
  readonly retention: RetentionClass
  readonly encryption?: BatchEncryption
}

export type AppendOutcome =
  /** `encrypted`: by somebody between the store and its user. */
  | { readonly kind: 'appended'; readonly baseOffset: number; readonly arrivalMs: number; readonly encrypted?: true }
  | { readonly kind: 'sealed' }
  /** Nothing of it will ever be read, and a retry is useful (disk full, say). */
  | { readonly kind: 'failed'; readonly outcome: 'none' | 'unknown'; readonly reason: string }

export type ReadPosition =
  | { readonly kind: 'offset'; readonly offset: number }
  /** The first record that arrived at or after it. */
  | { readonly kind: 'timestamp'; readonly arrivalMs: number }

export interface ReadLimit {
  readonly recordsMax: number
  /** Of record blocks. A page holds at least one record where there is one, also a larger one. */
  readonly bytesMax: number
}

/** A run of records with consecutive offsets and one arrival time. */
export interface LogBatch {
  readonly baseOffset: number
  readonly recordCount: number
  readonly arrivalMs: number
  /** Exactly the block of these records. Encrypted batches are handed out whole, with `skip` records before the first wanted. */
  readonly records: Buffer
  readonly skip: number
  readonly encryption?: BatchEncryption
  /** The records were stored encrypted, and are in the clear here: somebody between the store and the reader had the key. */
  readonly decrypted?: true
}

export interface LogPage {
  readonly batches: readonly LogBatch[]
  /** Where the next page begins. */
  readonly nextOffset: number
  /** Durable end of the shard when the page was read. */
  readonly endOffset: number
  /** Arrival time of the last durable record of the shard; 0 where there was none. */
  readonly lastArrivalMs: number
  readonly sealed: boolean
}
