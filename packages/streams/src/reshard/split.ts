import { err, ok, type Result, type ShardIndex, shardIdOf } from '@millrace/model'
import type { LineageShard } from './lineage.js'
import type { SplitStep } from './reshard-intent.js'
import {
  type InvalidArgument,
  type NotReshardable,
  openShard,
  type ReshardStream,
  reshardRefusal,
  type ShardNotFound,
} from './reshard-stream.js'
import { type LimitExceeded, type ShardQuota, shardQuotaRefusal } from './shard-quota.js'

export interface SplitRequest {
  readonly shard: ShardIndex
  /** Decimal, up to 39 digits: it may lie beyond the last key. */
  readonly newStartingHashKey: string
}

export type SplitError = NotReshardable | ShardNotFound | InvalidArgument | LimitExceeded

/** What SplitShard does, or why not, in AWS's order of checks. */
export function planSplit(stream: ReshardStream, request: SplitRequest, quota: ShardQuota): Result<SplitStep, SplitError> {
  const refusal = reshardRefusal(stream)
  if (refusal) return err(refusal)
  const shard = openShard(stream, request.shard)
  if (!shard.ok) return shard
  const overQuota = shardQuotaRefusal(quota, 1)
  if (overQuota) return err(overQuota)
  const { newStartingHashKey } = request
  if (!isInside(BigInt(newStartingHashKey), shard.value)) return err(outsideShard(stream, shard.value, newStartingHashKey))
  return ok({ kind: 'split', shard: request.shard, newStartingHashKey })
}

/** Stricter than what two children need: AWS refuses a first child of one key, and a second one too. */
function isInside(key: bigint, { startingHashKey, endingHashKey }: LineageShard): boolean {
  return BigInt(startingHashKey) + 1n < key && key < BigInt(endingHashKey)
}

function outsideShard({ name, account }: ReshardStream, shard: LineageShard, key: string): InvalidArgument {
  const message =
    `NewStartingHashKey ${key} used in SplitShard() on shard ${shardIdOf(shard.index)} in stream ${name} under account ${account} ` +
    `is not both greater than one plus the shard's StartingHashKey ${shard.startingHashKey} and less than the shard's ` +
    `EndingHashKey ${shard.endingHashKey}.`
  return { kind: 'InvalidArgument', message }
}
