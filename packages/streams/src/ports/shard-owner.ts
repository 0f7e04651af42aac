import type { ShardKey, UnavailableError } from '@millrace/model'
import type { ReadFrom, ShardPage } from './records.js'
import type { ShardSubscriber } from './shard-subscriber.js'

/**
 * Leads to the lane that owns a shard: in the same lane a call, in the same process a `MessagePort`, elsewhere gRPC. One message
 * carries all that a request has for one owner, so the buffer that the edge decoded into is handed over whole and never copied.
 */
export interface ShardOwner extends ShardSubscriber {
  append(request: AppendRequest): Promise<AppendReply>
  read(request: ReadRequest): Promise<ReadReply>
  /** Admits a call that asks for an iterator, and says where the shard ends now: what LATEST means. */
  admitIterator(shard: ShardKey): Promise<IteratorReply>
}

export type IteratorReply =
  | { readonly kind: 'admitted'; readonly nextOffset: number }
  /** By calls per second. */
  | { readonly kind: 'throttled' }
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
   * part of those that were not, rising; absent where all were admitted. `encrypted`: as they are stored, whatever the caller's map
   * says of the stream.
   */
  | {
      readonly kind: 'appended'
      readonly baseOffset: number
      readonly arrivalMs: number
      readonly encrypted: boolean
      readonly throttled?: readonly number[]
    }
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

export type ReadReply =
  | ShardPage
  /** `by`: calls per second, or bytes per second. */
  | { readonly kind: 'throttled'; readonly by: 'calls' | 'bytes' }
  | { readonly kind: 'notOwner' }
  | UnavailableError
