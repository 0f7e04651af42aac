import { limits, ok } from '@millrace/model'
import type { ControlPlaneConfig } from '../config.js'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { openShardCount } from '../shard/shard-life.js'
import type { StreamDirectory } from '../stream/stream-directory.js'

/** Channels have no quota of their own: each on-demand stream may have so many. */
export class DescribeLimits implements LifecycleOperation<'DescribeLimits'> {
  constructor(
    private readonly directory: StreamDirectory,
    private readonly config: Pick<ControlPlaneConfig, 'shardQuota' | 'onDemandStreamQuota'>,
  ) {}

  handle({ account, region }: Call<'DescribeLimits'>): Answer<'DescribeLimits'> {
    const streams = [...this.directory.in(account, region)]
    const { shardQuota, onDemandStreamQuota } = this.config
    return ok({
      ShardLimit: shardQuota,
      OpenShardCount: streams.reduce((sum, stream) => sum + openShardCount(stream), 0),
      OnDemandStreamCount: streams.filter(({ mode }) => mode === 'ON_DEMAND').length,
      OnDemandStreamCountLimit: onDemandStreamQuota,
      ChannelCount: streams.reduce((sum, { channels }) => sum + channels.length, 0),
      ChannelCountLimit: onDemandStreamQuota * limits.channelsPerStreamMax,
    })
  }
}
