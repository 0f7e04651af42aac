export type { AdminAnswers } from './admin/admin-paths.js'
export { adminOnly } from './admin/admin-paths.js'
export { defaultLanes, type Lanes, type LanesOptions, launchLanes } from './lanes/launch-lanes.js'
export type { LaneLogEntry } from './lanes/main-thread.js'
