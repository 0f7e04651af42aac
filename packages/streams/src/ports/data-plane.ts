import type { ShardKey, UnavailableError } from '@millrace/model'
import type { LaneAddress } from './cluster-state.js'

/** What the control plane asks of a data plane. */
export interface DataPlane {
  /**
   * Closes shards of one lane for good, durably: once a shard is told as sealed, no record of it is acknowledged any more. Idempotent.
   * One reply for each shard, in their order.
   */
  seal(owner: LaneAddress, shards: readonly ShardKey[]): Promise<readonly SealReply[]>
}

export type SealReply =
  /** `lastArrivalMs`: of the shard's last record; 0 where it never had one. */
  | { readonly kind: 'sealed'; readonly lastArrivalMs: number }
  /** The lane holds another map. */
  | { readonly kind: 'notOwner' }
  | UnavailableError
