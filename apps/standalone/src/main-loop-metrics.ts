import { gauge, type LoopHold, type MetricTable, type Sample } from '@millrace/service-kit'

/** Of the main thread's event loop, which is no lane's. */
export const mainLoopMetrics = {
  millrace_main_loop_hold_max_seconds: gauge(
    'The longest that one step held the event loop of the main thread since metrics were asked for before.',
  ),
} satisfies MetricTable

export function mainLoopSamples(hold: LoopHold): Sample<keyof typeof mainLoopMetrics>[] {
  return [{ metric: 'millrace_main_loop_hold_max_seconds', labels: {}, value: hold.takeMaxMs() / 1000 }]
}
