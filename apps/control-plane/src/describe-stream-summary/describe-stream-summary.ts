import { ok } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import { openShardCount } from '../shard/shard-life.js'
import { findStream } from '../stream/find-stream.js'
import { streamSettings, streamSummary } from '../stream/stream-description.js'
import type { StreamDirectory } from '../stream/stream-directory.js'

export class DescribeStreamSummary implements LifecycleOperation<'DescribeStreamSummary'> {
  constructor(private readonly directory: StreamDirectory) {}

  handle(call: Call<'DescribeStreamSummary'>): Answer<'DescribeStreamSummary'> {
    const found = findStream(this.directory, call)
    if (!found.ok) return found
    const stream = found.value
    const warm = stream.warmThroughputMibps
    return ok({
      StreamDescriptionSummary: {
        ...streamSummary(stream),
        ...streamSettings(stream),
        OpenShardCount: openShardCount(stream),
        ConsumerCount: stream.consumers.length,
        ...(warm === undefined ? {} : { WarmThroughput: { TargetMiBps: warm, CurrentMiBps: warm } }),
        MaxRecordSizeInKiB: stream.maxRecordKib,
        RecordDistributionStrategy: stream.recordDistribution,
      },
    })
  }
}
