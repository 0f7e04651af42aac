import { type DomainError, type ShardIndex, shardIdOf } from '@millrace/model'
import type { StreamEntry } from '@millrace/streams'

/** In the words that AWS has for reads; those for writes are others. */
export function readRateExceeded({ account, name }: Pick<StreamEntry, 'account' | 'name'>, shard: ShardIndex): DomainError {
  return { kind: 'ThroughputExceeded', message: `Rate exceeded for Shard - ${account}/${name}/${shardIdOf(shard)}` }
}
