import type { MetricTable } from '@millrace/service-kit'
import { type LaneSample, laneMetrics } from './lane-metrics.js'
import { type ShardSample, shardMetrics } from './shard-metrics.js'

export const dataPlaneMetrics = { ...laneMetrics, ...shardMetrics } satisfies MetricTable
export type DataPlaneSample = LaneSample | ShardSample
