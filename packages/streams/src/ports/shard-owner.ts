import type { ShardKey, UnavailableError } from '@millrace/model'
import type { LogBatchView } from './records.js'

/**
 * Leads to the lane that owns a shard: in the same lane a call, in the same process a `MessagePort`, elsewhere gRPC. One message
 * carries all that a request has for one owner, so the buffer that the edge decoded into is handed over whole and never copied.
 */
export interface ShardOwner {
  append(request: AppendRequest): Promise<AppendReply>
  read(request: ReadRequest): Promise<ReadReply>
  /** Where the shard ends now: what LATEST means. */
  end(shard: ShardKey): Promise<EndReply>
}

export type EndReply =
  | { readonly kind: 'end'; readonly nextOffset: number; readonly sealed: boolean }
  | { readonly kind: 'notOwner' }
  | UnavailableError

export interface AppendRequest {
  /** Holds the record blocks of all parts. The caller gives it away. */
  readonly buffer: ArrayBuffer
  readonly parts: readonly AppendPart[]
}

/** What one request has for one shard. */
export interface AppendPart {
  readonly shard: ShardKey
  readonly byteOffset: number
  readonly byteLength: number
  readonly recordCount: number
}

export interface AppendReply {
  /** One for each part, in the order of the parts. */
  readonly parts: readonly AppendPartReply[]
}

export type AppendPartReply =
  /**
   * The records that were admitted have consecutive offsets from `baseOffset` on, in their order. `throttled`: positions in the
   * part of those that were not, rising; absent where all were admitted.
   */
  | { readonly kind: 'appended'; readonly baseOffset: number; readonly arrivalMs: number; readonly throttled?: readonly number[] }
  /** No record was admitted. */
  | { readonly kind: 'throttled' }
  /** The shard is closed: wait for the next map and route anew. */
  | { readonly kind: 'sealed' }
  /** This lane does not own the shard (its map is newer or older than the caller's). */
  | { readonly kind: 'notOwner' }
  | UnavailableError

export interface ReadRequest {
  readonly shard: ShardKey
  readonly from: ReadFrom
  readonly recordsMax: number
  /** Of data and partition keys. */
  readonly bytesMax: number
}

export type ReadFrom =
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'timestamp'; readonly arrivalMs: number }

export type ReadReply =
  | {
      readonly kind: 'page'
      readonly batches: readonly LogBatchView[]
      /** Where the next page begins. */
      readonly nextOffset: number
      /** 0 at the end of the shard. */
      readonly millisBehindLatest: number
      /** Sealed, and the page ends where the shard ends. */
      readonly atEnd: boolean
    }
  /** `by`: calls per second, or bytes per second. */
  | { readonly kind: 'throttled'; readonly by: 'calls' | 'bytes' }
  | { readonly kind: 'notOwner' }
  | UnavailableError
