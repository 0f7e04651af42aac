import type { ShardKey } from '@millrace/model'

/** What the control plane asks of a data plane. */
export interface DataPlane {
  /** Closes a shard for good, durably. Idempotent. */
  seal(shard: ShardKey): Promise<{ readonly endOffset: number }>
}
