import { shardIdOf } from '@millrace/model'
import { counter, gauge, type MetricTable, type Sample } from '@millrace/service-kit'
import type { StreamEntry } from '@millrace/streams'
import type { Traffic } from './traffic.js'

/** Families of single shards, for streams whose enhanced monitoring is on, in the order of docs/metrics.md. */
export const shardMetrics = {
  millrace_shard_incoming_bytes_total: counter('IncomingBytes: data and partition keys of the records that the shard took.'),
  millrace_shard_incoming_records_total: counter('IncomingRecords: records that the shard took.'),
  millrace_shard_outgoing_bytes_total: counter('OutgoingBytes: data and partition keys of the records that readers got.'),
  millrace_shard_outgoing_records_total: counter('OutgoingRecords: records that readers got.'),
  millrace_shard_write_throughput_exceeded_total: counter(
    'WriteProvisionedThroughputExceeded: records that were refused for the shard’s rate.',
  ),
  millrace_shard_read_throughput_exceeded_total: counter(
    'ReadProvisionedThroughputExceeded: reads that were refused for the shard’s rate.',
  ),
  millrace_shard_iterator_age_seconds: gauge('IteratorAgeMilliseconds: how far the last read lay behind the newest record.'),
} satisfies MetricTable

export type ShardSample = Sample<keyof typeof shardMetrics>

/** By AWS's name of the shard-level metric. */
const figures: Readonly<Record<string, readonly [ShardSample['metric'], (traffic: Traffic) => number]>> = {
  IncomingBytes: ['millrace_shard_incoming_bytes_total', (traffic) => traffic.incomingBytes],
  IncomingRecords: ['millrace_shard_incoming_records_total', (traffic) => traffic.incomingRecords],
  OutgoingBytes: ['millrace_shard_outgoing_bytes_total', (traffic) => traffic.outgoingBytes],
  OutgoingRecords: ['millrace_shard_outgoing_records_total', (traffic) => traffic.outgoingRecords],
  WriteProvisionedThroughputExceeded: ['millrace_shard_write_throughput_exceeded_total', (traffic) => traffic.throttledRecords],
  ReadProvisionedThroughputExceeded: ['millrace_shard_read_throughput_exceeded_total', (traffic) => traffic.throttledReads],
  IteratorAgeMilliseconds: ['millrace_shard_iterator_age_seconds', (traffic) => traffic.readAgeMs / 1000],
}

/** What enhanced monitoring shows of a shard: the metrics that are on for its stream. */
export function shardSamples(entry: StreamEntry, shard: number, traffic: Traffic): ShardSample[] {
  const { account, region, name: stream } = entry
  const labels = { account, region, stream, shard: shardIdOf(shard) }
  return entry.shardLevelMetrics.flatMap((wanted) => {
    const figure = figures[wanted]
    return figure ? { metric: figure[0], labels, value: figure[1](traffic) } : []
  })
}
