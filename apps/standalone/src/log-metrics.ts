import type { LogKeeper } from '@millrace/log-store-segment'
import { counter, gauge, type MetricTable, type Sample } from '@millrace/service-kit'

/** Families of the log's keeper, in the order of docs/metrics.md. */
export const logMetrics = {
  millrace_log_segments: gauge('Segments that have their index; each lane writes up to three more.'),
  millrace_log_segment_bytes: gauge('Bytes of the files of these segments.'),
  millrace_log_spare_bytes: gauge('Bytes of files that are kept ready to be segments.'),
  millrace_log_free_bytes: gauge('Free space on the disk of the log.'),
  millrace_log_compactions_total: counter('Compactions that were completed.'),
  millrace_log_compacted_bytes_total: counter('Bytes that compaction has read.'),
} satisfies MetricTable

export function logSamples(keeper: LogKeeper): Sample<keyof typeof logMetrics>[] {
  const { segments, segmentBytes, spareBytes, freeBytes, compactions, compactedBytes } = keeper.figures()
  return [
    { metric: 'millrace_log_segments', labels: {}, value: segments },
    { metric: 'millrace_log_segment_bytes', labels: {}, value: segmentBytes },
    { metric: 'millrace_log_spare_bytes', labels: {}, value: spareBytes },
    { metric: 'millrace_log_free_bytes', labels: {}, value: freeBytes },
    { metric: 'millrace_log_compactions_total', labels: {}, value: compactions },
    { metric: 'millrace_log_compacted_bytes_total', labels: {}, value: compactedBytes },
  ]
}
