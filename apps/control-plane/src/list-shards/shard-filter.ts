import type { ShardFilter } from '@millrace/aws-models'
import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import { err, ok, parseShardId, type RequestError, type Result, type ShardIndex, type StreamError } from '@millrace/model'
import { isOpenAfter, isOpenAt } from '../shard/shard-life.js'

const hourMs = 3_600_000

/** A filter as it is carried from page to page: a JSON value. */
export type ShardSelection =
  | { readonly type: 'AFTER_SHARD_ID' | 'AT_LATEST'; readonly after: ShardIndex }
  | { readonly type: 'AT_TIMESTAMP' | 'FROM_TIMESTAMP'; readonly atMs: number }
  | { readonly type: 'AT_TRIM_HORIZON' | 'FROM_TRIM_HORIZON' }

/**
 * What a request selects; without a filter, all shards of which something is kept. AWS looks at a ShardId beside AT_LATEST as well,
 * and at other members that a type does not need not at all.
 */
export function shardSelection(
  filter: ShardFilter | undefined,
  stream: StreamMetadata,
  nowMs: number,
): Result<ShardSelection, RequestError | StreamError> {
  if (!filter) return ok({ type: 'FROM_TRIM_HORIZON' })
  const { Type, ShardId, Timestamp } = filter
  if (Type === 'AFTER_SHARD_ID' || Type === 'AT_LATEST') {
    if (ShardId === undefined) return Type === 'AT_LATEST' ? ok({ type: Type, after: -1 }) : missing('ShardId', Type)
    const after = parseShardId(ShardId)
    if (after !== undefined) return ok({ type: Type, after })
    return err({ kind: 'ShardNotFound', shardId: ShardId, stream: stream.name, account: stream.account })
  }
  if (Type === 'AT_TIMESTAMP' || Type === 'FROM_TIMESTAMP') {
    if (Timestamp === undefined) return missing('Timestamp', Type)
    const atMs = Timestamp.getTime()
    if (atMs > nowMs) return invalid('ShardFilter Timestamp must not be greater than current time.')
    if (atMs < nowMs - stream.retentionHours * hourMs) {
      return invalid('ShardFilter Timestamp cannot be older than TRIM_HORIZON of the stream.')
    }
    return ok({ type: Type, atMs })
  }
  return ok({ type: Type })
}

/** A time before the first shards of the stream means their beginning. */
export function isSelected(shard: ShardMetadata, selection: ShardSelection, horizonMs: number): boolean {
  switch (selection.type) {
    case 'AFTER_SHARD_ID':
      return shard.index > selection.after && isOpenAfter(shard, horizonMs)
    case 'AT_TRIM_HORIZON':
      return isOpenAt(shard, horizonMs)
    case 'FROM_TRIM_HORIZON':
      return isOpenAfter(shard, horizonMs)
    case 'AT_LATEST':
      return shard.index > selection.after && shard.closedSecond === undefined
    case 'AT_TIMESTAMP':
      return isOpenAt(shard, Math.max(horizonMs, selection.atMs))
    case 'FROM_TIMESTAMP':
      return isOpenAfter(shard, Math.max(horizonMs, selection.atMs))
  }
}

function missing(member: string, type: string): Result<never, RequestError> {
  return invalid(`${member} must be provided when the ShardFilter Type is ${type}.`)
}

function invalid(message: string): Result<never, RequestError> {
  return err({ kind: 'InvalidArgument', message })
}
