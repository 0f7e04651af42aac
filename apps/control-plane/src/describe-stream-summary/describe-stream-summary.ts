import { ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { hasShards, openShardCount } from '../shard/shard-life.js'
import { findStream } from '../stream/find-stream.js'
import { shownSettings, streamSettings, streamSummary } from '../stream/stream-description.js'
import type { StreamDirectory } from '../stream/stream-directory.js'
import { describeWarmth } from '../stream-mode/warm-throughput.js'

export class DescribeStreamSummary implements LifecycleOperation<'DescribeStreamSummary'> {
  constructor(private readonly directory: StreamDirectory) {}

  handle(call: Call<'DescribeStreamSummary'>): Answer<'DescribeStreamSummary'> {
    const found = findStream(this.directory, call)
    if (!found.ok) return found
    const stream = found.value
    const { maxRecordKib, mode } = shownSettings(stream)
    return ok({
      StreamDescriptionSummary: {
        ...streamSummary(stream),
        ...streamSettings(stream),
        // As on AWS, absent while there are no shards, although the model requires it.
        OpenShardCount: (hasShards(stream.status) ? openShardCount(stream) : undefined) as number,
        ConsumerCount: stream.consumers.length,
        ChannelCount: stream.channels.length,
        QueueCount: 0,
        ...(stream.warmThroughputMibps === undefined ? {} : { WarmThroughput: describeWarmth(stream) }),
        MaxRecordSizeInKiB: maxRecordKib,
        ...(mode === 'ON_DEMAND' ? { RecordDistributionStrategy: stream.recordDistribution } : {}),
      },
    })
  }
}
