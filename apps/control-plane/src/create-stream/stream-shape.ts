import type { CreateStreamInput } from '@millrace/aws-models'
import { err, limits, ok, type RequestError, type Result } from '@millrace/model'
import type { StreamMode } from '@millrace/streams'

export interface StreamShape {
  readonly mode: StreamMode
  readonly shardCount: number
}

/**
 * Mode and number of shards that a request asks for. As on AWS, whoever gives a number of shards and no mode means PROVISIONED, and
 * whoever gives neither gets an on-demand stream of four shards. Warm throughput makes an on-demand stream begin with as many shards
 * as carry it, at 1 MiB/s each.
 */
export function streamShape(input: CreateStreamInput): Result<StreamShape, RequestError> {
  if (input.ShardCount !== undefined && input.WarmThroughputMiBps !== undefined) {
    return invalid("Either 'warmThroughputMiBps' or 'shardCount' can be set but not both")
  }
  const mode = input.StreamModeDetails?.StreamMode ?? (input.ShardCount === undefined ? 'ON_DEMAND' : 'PROVISIONED')
  return mode === 'PROVISIONED' ? provisioned(input) : onDemand(input)
}

function provisioned(input: CreateStreamInput): Result<StreamShape, RequestError> {
  if (input.WarmThroughputMiBps !== undefined) {
    return invalid('WarmThroughputMiBps cannot be set while creating stream in Provisioned StreamMode')
  }
  if (input.ShardCount === undefined) return invalid('ShardCount is expected when StreamMode=PROVISIONED')
  if (input.RecordDistributionStrategy === 'AUTO') {
    return invalid('RecordDistributionStrategy AUTO is not supported when StreamMode=PROVISIONED')
  }
  return ok({ mode: 'PROVISIONED', shardCount: input.ShardCount })
}

function onDemand(input: CreateStreamInput): Result<StreamShape, RequestError> {
  if (input.ShardCount !== undefined) return invalid('ShardCount cannot be set while creating stream in On-Demand StreamMode')
  const shardCount = Math.max(limits.onDemandShardsAtStart, input.WarmThroughputMiBps ?? 0)
  return ok({ mode: 'ON_DEMAND', shardCount })
}

function invalid(message: string): Result<never, RequestError> {
  return err({ kind: 'InvalidArgument', message })
}
