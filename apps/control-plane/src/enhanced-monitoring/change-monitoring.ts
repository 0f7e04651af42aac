import type { ShardLevelMetric } from '@millrace/metadata'
import { ok, streamArn } from '@millrace/model'
import type { Answer, Call, LifecycleOperation } from '../operation/lifecycle-operation.js'
import type { StreamEdits } from '../stream/stream-edits.js'

/** In the order in which AWS lists them. */
const allMetrics: readonly ShardLevelMetric[] = [
  'IncomingBytes',
  'OutgoingRecords',
  'IteratorAgeMilliseconds',
  'IncomingRecords',
  'ReadProvisionedThroughputExceeded',
  'WriteProvisionedThroughputExceeded',
  'OutgoingBytes',
]

type Name = 'EnableEnhancedMonitoring' | 'DisableEnhancedMonitoring'

/** Two operations. Metrics that are on, or off, already are no error. */
export class ChangeMonitoring implements LifecycleOperation<Name> {
  constructor(private readonly edits: StreamEdits) {}

  async handle(call: Call<Name>): Promise<Answer<Name>> {
    const done = await this.edits.update(call, (before) => {
      const shardLevelMetrics = desired(call.operation, before.shardLevelMetrics, call.input.ShardLevelMetrics)
      return ok(shardLevelMetrics.length === before.shardLevelMetrics.length ? before : { ...before, shardLevelMetrics })
    })
    if (!done.ok) return done
    const { before, after } = done.value
    return ok({
      StreamName: after.name,
      CurrentShardLevelMetrics: [...before.shardLevelMetrics],
      DesiredShardLevelMetrics: [...after.shardLevelMetrics],
      StreamARN: streamArn(after.account, after.region, after.name),
    })
  }
}

function desired(operation: Name, current: readonly string[], named: readonly string[]): ShardLevelMetric[] {
  const isNamed = (metric: ShardLevelMetric) => named.includes('ALL') || named.includes(metric)
  if (operation === 'EnableEnhancedMonitoring') return allMetrics.filter((metric) => isNamed(metric) || current.includes(metric))
  return allMetrics.filter((metric) => !isNamed(metric) && current.includes(metric))
}
