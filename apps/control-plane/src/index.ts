export * from './config.js'
export * from './control-plane.js'
export { controlPlaneMetrics } from './metrics/control-plane-metrics.js'
