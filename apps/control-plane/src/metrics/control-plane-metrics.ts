import { gauge, type MetricTable, type Sample } from '@millrace/service-kit'
import type { StreamDirectory } from '../stream/stream-directory.js'

/** Families of the control plane, in the order of docs/metrics.md. */
export const controlPlaneMetrics = {
  millrace_streams: gauge('Streams by status, of all accounts and regions.'),
  millrace_shards: gauge('Shards by state: those that take records are open; closed ones are kept until their retention ends.'),
} satisfies MetricTable

export type ControlPlaneSample = Sample<keyof typeof controlPlaneMetrics>

export function controlPlaneSamples(directory: StreamDirectory): ControlPlaneSample[] {
  const streams = { CREATING: 0, ACTIVE: 0, UPDATING: 0, DELETING: 0 }
  const shards = { open: 0, closed: 0 }
  for (const stream of directory.all()) {
    streams[stream.status]++
    for (const shard of stream.shards) shards[shard.closedSecond === undefined ? 'open' : 'closed']++
  }
  return [
    ...Object.entries(streams).map(([status, value]) => ({ metric: 'millrace_streams', labels: { status }, value }) as const),
    ...Object.entries(shards).map(([state, value]) => ({ metric: 'millrace_shards', labels: { state }, value }) as const),
  ]
}
