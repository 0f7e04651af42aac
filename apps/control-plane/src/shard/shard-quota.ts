import type { StreamMetadata } from '@millrace/metadata'
import type { AccountId, Region } from '@millrace/model'
import type { ShardQuota } from '@millrace/streams'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { openShardCount } from './shard-life.js'

/** What the account has of its quota in the region. A reshard counts from its beginning with what it will leave open. */
export function shardQuotaOf(directory: StreamDirectory, account: AccountId, region: Region, limit: number): ShardQuota {
  let current = 0
  for (const stream of directory.in(account, region)) current += Math.max(openShardCount(stream), openShardsToBe(stream))
  return { account, region, current, limit }
}

function openShardsToBe({ shards, reshard }: StreamMetadata): number {
  if (!reshard) return 0
  const { intent, scaling } = reshard
  if (scaling) return scaling.startingHashKeys.length
  const open = shards.filter((shard) => shard.closedSecond === undefined).length
  return open - intent.parents.length + intent.children.length
}
