import { controlPlaneMetrics } from '@millrace/control-plane'
import { dataPlaneMetrics } from '@millrace/data-plane'
import { type MetricTable, processMetrics } from '@millrace/service-kit'
import { logMetrics } from './log-metrics.js'
import { mainLoopMetrics } from './main-loop-metrics.js'

/** Every family of this process; docs/metrics.md has a row for each. */
export const metrics: MetricTable = {
  ...controlPlaneMetrics,
  ...dataPlaneMetrics,
  ...mainLoopMetrics,
  ...logMetrics,
  ...processMetrics,
}
