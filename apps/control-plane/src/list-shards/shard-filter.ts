import type { ShardFilter } from '@millrace/aws-models'
import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import { err, ok, parseShardId, type RequestError, type Result, type ShardIndex, type StreamError } from '@millrace/model'
import { isOpenAfter, isOpenAt } from '../shard/shard-life.js'

/** A filter as it is carried from page to page: a JSON value. */
export type ShardSelection =
  | { readonly type: 'AFTER_SHARD_ID'; readonly shard: ShardIndex }
  | { readonly type: 'AT_TIMESTAMP' | 'FROM_TIMESTAMP'; readonly atMs: number }
  | { readonly type: 'AT_TRIM_HORIZON' | 'FROM_TRIM_HORIZON' | 'AT_LATEST' }

/** What a request selects; without a filter, all shards of which something is kept. */
export function shardSelection(
  filter: ShardFilter | undefined,
  stream: StreamMetadata,
): Result<ShardSelection, RequestError | StreamError> {
  if (!filter) return ok({ type: 'FROM_TRIM_HORIZON' })
  const { Type, ShardId, Timestamp } = filter
  if (Type === 'AFTER_SHARD_ID') {
    if (ShardId === undefined) return missing('ShardId', Type)
    const shard = parseShardId(ShardId)
    if (shard !== undefined) return ok({ type: Type, shard })
    return err({ kind: 'ShardNotFound', shardId: ShardId, stream: stream.name, account: stream.account })
  }
  if (Type === 'AT_TIMESTAMP' || Type === 'FROM_TIMESTAMP') {
    return Timestamp === undefined ? missing('Timestamp', Type) : ok({ type: Type, atMs: Timestamp.getTime() })
  }
  return ok({ type: Type })
}

/** A time before the trim horizon means the trim horizon. */
export function isSelected(shard: ShardMetadata, selection: ShardSelection, horizonMs: number): boolean {
  switch (selection.type) {
    case 'AFTER_SHARD_ID':
      return shard.index > selection.shard && isOpenAfter(shard, horizonMs)
    case 'AT_TRIM_HORIZON':
      return isOpenAt(shard, horizonMs)
    case 'FROM_TRIM_HORIZON':
      return isOpenAfter(shard, horizonMs)
    case 'AT_LATEST':
      return shard.closedSecond === undefined
    case 'AT_TIMESTAMP':
      return isOpenAt(shard, Math.max(horizonMs, selection.atMs))
    case 'FROM_TIMESTAMP':
      return isOpenAfter(shard, Math.max(horizonMs, selection.atMs))
  }
}

function missing(member: string, type: string): Result<never, RequestError> {
  return err({ kind: 'InvalidArgument', message: `ShardFilter of type ${type} must have a ${member}.` })
}
