import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import { type Clock, err, limits, ok, parseShardId, type Result, type StreamError } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { describeShard } from '../shard/shard-description.js'
import { hasShards, keptShards } from '../shard/shard-life.js'
import { findStream } from '../stream/find-stream.js'
import { streamSettings, streamSummary } from '../stream/stream-description.js'
import type { StreamDirectory } from '../stream/stream-directory.js'

export class DescribeStream implements LifecycleOperation<'DescribeStream'> {
  constructor(
    private readonly directory: StreamDirectory,
    private readonly clock: Clock,
  ) {}

  handle(call: Call<'DescribeStream'>): Answer<'DescribeStream'> {
    const found = findStream(this.directory, call)
    if (!found.ok) return found
    const stream = found.value
    const rest = this.shardsAfter(stream, call.input.ExclusiveStartShardId)
    if (!rest.ok) return rest
    const page = rest.value.slice(0, Math.min(call.input.Limit ?? limits.describedShardsMax, limits.describedShardsMax))
    return ok({
      StreamDescription: {
        ...streamSummary(stream),
        ...streamSettings(stream),
        Shards: page.map(describeShard),
        HasMoreShards: page.length < rest.value.length,
      },
    })
  }

  private shardsAfter(stream: StreamMetadata, shardId: string | undefined): Result<readonly ShardMetadata[], StreamError> {
    const after = shardId === undefined ? -1 : parseShardId(shardId)
    if (shardId !== undefined && after === undefined) {
      return err({ kind: 'ShardNotFound', shardId, stream: stream.name, account: stream.account })
    }
    if (!hasShards(stream.status)) return ok([])
    return ok(keptShards(stream, this.clock.nowMs()).filter((shard) => shard.index > (after ?? -1)))
  }
}
