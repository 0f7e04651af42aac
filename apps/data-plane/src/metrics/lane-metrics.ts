import type { ListenerCounters } from '@millrace/aws-wire'
import { counter, gauge, histogram, type MetricTable, type Sample } from '@millrace/service-kit'
import type { LaneMeters } from './lane-meters.js'

/** Families of lanes, in the order of docs/metrics.md. Those of one event loop have the label `lane`, all others none. */
export const laneMetrics = {
  millrace_lanes: gauge('Event loops that serve requests and own shards.'),
  millrace_requests_total: counter('Requests by operation, and by the error that was answered: none where there was none.'),
  millrace_put_records_total: counter('Records that were acknowledged.'),
  millrace_put_bytes_total: counter('Data and partition keys of the records that were acknowledged.'),
  millrace_put_throttled_records_total: counter('Records that were refused because their shard was over its rate.'),
  millrace_get_records_total: counter('Records that shards gave to readers.'),
  millrace_get_bytes_total: counter('Data and partition keys of the records that shards gave to readers.'),
  millrace_get_throttled_total: counter('Reads that were refused because their shard was over its rate.'),
  millrace_subscriptions: gauge('Consumers that are being pushed a shard.'),
  millrace_append_duration_seconds: histogram('From the admission of a shard’s batch until it is durable.'),
  millrace_log_sync_duration_seconds: histogram('Durable writes and calls of fdatasync by lanes.'),
  millrace_log_writes_total: counter('Writes to segment files by lanes.'),
  millrace_log_written_bytes_total: counter('Bytes that lanes wrote to segment files.'),
  millrace_log_reads_total: counter('Reads of segment files by lanes.'),
  millrace_log_read_bytes_total: counter('Bytes that lanes read from segment files.'),
  millrace_tail_bytes: gauge('Newest records held in memory.'),
  millrace_loop_hold_max_seconds: gauge(
    'The longest that one step held the event loop of a lane since metrics were asked for before.',
  ),
  millrace_connections_open: gauge('Open connections.'),
  millrace_connections_accepted_total: counter('Connections that were accepted.'),
  millrace_connections_refused_total: counter('Connections that were closed at once because too many were open.'),
  millrace_connections_foreign_total: counter('HTTP/1.1 connections whose requests use what only node:http understands.'),
  millrace_http_requests_total: counter('Requests that were received whole, by protocol.'),
  millrace_http_requests_refused_total: counter('Requests that were refused before any operation: malformed or too large.'),
  millrace_http_request_body_bytes_total: counter('Bytes of request bodies.'),
  millrace_http_timeouts_total: counter('Connections and HTTP/2 streams that took too long for anything.'),
  millrace_http_budget_stops_total: counter('Times that reading from clients stopped because a memory budget was used up.'),
  millrace_tls_failures_total: counter('TLS handshakes that failed.'),
} satisfies MetricTable

export type LaneSample = Sample<keyof typeof laneMetrics>

/** A lane as metrics see it. */
export interface MeteredLane {
  readonly lane: number
  readonly meters: LaneMeters
  readonly listener: ListenerCounters
  readonly tailBytes: number
  readonly subscriptions: number
  readonly loopHoldMaxMs: number
}

export function laneSamples(metered: MeteredLane): LaneSample[] {
  const { meters, tailBytes, subscriptions } = metered
  return [
    ...requestSamples(meters),
    ...trafficSamples(meters),
    { metric: 'millrace_subscriptions', labels: {}, value: subscriptions },
    ...logSamples(meters),
    { metric: 'millrace_tail_bytes', labels: {}, value: tailBytes },
    ...loopSamples(metered),
    ...listenerSamples(metered.listener),
  ]
}

function requestSamples({ answers }: LaneMeters): LaneSample[] {
  return [...answers.entries()].map(({ operation, error, count }) => {
    return { metric: 'millrace_requests_total', labels: { operation, error }, value: count }
  })
}

function trafficSamples({ traffic, appendSeconds }: LaneMeters): LaneSample[] {
  return [
    { metric: 'millrace_put_records_total', labels: {}, value: traffic.incomingRecords },
    { metric: 'millrace_put_bytes_total', labels: {}, value: traffic.incomingBytes },
    { metric: 'millrace_put_throttled_records_total', labels: {}, value: traffic.throttledRecords },
    { metric: 'millrace_get_records_total', labels: {}, value: traffic.outgoingRecords },
    { metric: 'millrace_get_bytes_total', labels: {}, value: traffic.outgoingBytes },
    { metric: 'millrace_get_throttled_total', labels: {}, value: traffic.throttledReads },
    { metric: 'millrace_append_duration_seconds', labels: {}, value: appendSeconds.value() },
  ]
}

function logSamples({ disk }: LaneMeters): LaneSample[] {
  return [
    { metric: 'millrace_log_sync_duration_seconds', labels: {}, value: disk.syncSeconds.value() },
    { metric: 'millrace_log_writes_total', labels: {}, value: disk.writes },
    { metric: 'millrace_log_written_bytes_total', labels: {}, value: disk.writtenBytes },
    { metric: 'millrace_log_reads_total', labels: {}, value: disk.reads },
    { metric: 'millrace_log_read_bytes_total', labels: {}, value: disk.readBytes },
  ]
}

function loopSamples({ lane, loopHoldMaxMs, listener }: MeteredLane): LaneSample[] {
  return [
    { metric: 'millrace_loop_hold_max_seconds', labels: { lane }, value: loopHoldMaxMs / 1000 },
    { metric: 'millrace_connections_open', labels: { lane }, value: listener.connectionsOpen },
    { metric: 'millrace_connections_accepted_total', labels: { lane }, value: listener.connectionsAccepted },
  ]
}

function listenerSamples(listener: ListenerCounters): LaneSample[] {
  return [
    { metric: 'millrace_connections_refused_total', labels: {}, value: listener.connectionsRefused },
    { metric: 'millrace_connections_foreign_total', labels: {}, value: listener.http1Foreign },
    { metric: 'millrace_http_requests_total', labels: { protocol: 'http/1.1' }, value: listener.http1Requests },
    { metric: 'millrace_http_requests_total', labels: { protocol: 'h2' }, value: listener.http2Requests },
    { metric: 'millrace_http_requests_refused_total', labels: {}, value: listener.requestsRefused },
    { metric: 'millrace_http_request_body_bytes_total', labels: {}, value: listener.requestBodyBytes },
    { metric: 'millrace_http_timeouts_total', labels: {}, value: listener.timedOut },
    { metric: 'millrace_http_budget_stops_total', labels: {}, value: listener.budgetStops },
    { metric: 'millrace_tls_failures_total', labels: {}, value: listener.tlsFailed },
  ]
}
