import { counter, gauge, type MetricTable, type Sample } from './metric.js'

/** Under the names that Prometheus's own clients use. */
export const processMetrics = {
  process_cpu_seconds_total: counter('Processor time that the process has used, of all its threads.'),
  process_resident_memory_bytes: gauge('Memory of the process that is in RAM.'),
  process_start_time_seconds: gauge('When the process started, in seconds since 1970.'),
} satisfies MetricTable

export function processSamples(): Sample<keyof typeof processMetrics>[] {
  const { user, system } = process.cpuUsage()
  const startedMs = Date.now() - process.uptime() * 1000
  return [
    { metric: 'process_cpu_seconds_total', labels: {}, value: (user + system) / 1e6 },
    { metric: 'process_resident_memory_bytes', labels: {}, value: process.memoryUsage.rss() },
    { metric: 'process_start_time_seconds', labels: {}, value: Math.round(startedMs) / 1000 },
  ]
}
