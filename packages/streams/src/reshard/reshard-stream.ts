import {
  type AccountId,
  err,
  ok,
  parseShardId,
  type RequestError,
  type Result,
  type ShardIndex,
  type StreamError,
  type StreamName,
  shardIdOf,
} from '@millrace/model'
import type { StreamMode, StreamStatus } from '../ports/cluster-state.js'
import type { LineageShard } from './lineage.js'

/** What the rules of resharding need of a stream. */
export interface ReshardStream {
  readonly name: StreamName
  readonly account: AccountId
  readonly status: StreamStatus
  readonly mode: StreamMode
  /** Those of which something is kept, by index: one whose retention has ended is not found any more. */
  readonly shards: readonly LineageShard[]
}

export type NotReshardable = Extract<StreamError | RequestError, { kind: 'StreamNotActive' | 'ValidationFailed' }>
export type ShardNotFound = Extract<StreamError, { kind: 'ShardNotFound' }>
export type InvalidArgument = Extract<RequestError, { kind: 'InvalidArgument' }>

/** Why the stream's shards cannot be changed by a client now. */
export function reshardRefusal({ name, account, status, mode }: ReshardStream): NotReshardable | undefined {
  if (status !== 'ACTIVE') return { kind: 'StreamNotActive', stream: name, account, state: status }
  if (mode === 'PROVISIONED') return undefined
  return {
    kind: 'ValidationFailed',
    message: `Request is invalid. Stream ${name} under account ${account} is in On-Demand mode.`,
  }
}

/**
 * The shard that a request names. AWS finds a name that can be no shard's before it looks for the stream, so this stands apart from
 * the look at the stream's shards.
 */
export function namedShard(shardId: string, stream: Pick<ReshardStream, 'name' | 'account'>): Result<ShardIndex, ShardNotFound> {
  const shard = parseShardId(shardId)
  if (shard !== undefined) return ok(shard)
  return err({ kind: 'ShardNotFound', shardId, stream: stream.name, account: stream.account })
}

/** A shard that can be a parent: it is there, and was not split or merged before. */
export function openShard(stream: ReshardStream, index: ShardIndex): Result<LineageShard, ShardNotFound | InvalidArgument> {
  const { name, account } = stream
  const shard = stream.shards.find((candidate) => candidate.index === index)
  if (!shard) return err({ kind: 'ShardNotFound', shardId: shardIdOf(index), stream: name, account })
  if (shard.closedSecond === undefined) return ok(shard)
  const message =
    `Shard ${shardIdOf(index)} in stream ${name} under account ${account} has already been merged or split, and thus is not ` +
    'eligible for merging or splitting.'
  return err({ kind: 'InvalidArgument', message })
}
