import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'

/**
 * A lane's objects are few and its buffers large: V8, which sizes a heap by the objects in it, would collect all of it after every
 * ten megabytes of buffers, and hold the loop each time. It may let this much gather first.
 */
const garbageMebibytesMax = 128

/** Threads that load the program of a lane while what lanes need is started; `launchLanes` makes them lanes. */
export function startLaneThreads(lanes: number): readonly Worker[] {
  setFlagsFromString(`--initial-old-space-size=${garbageMebibytesMax}`)
  return Array.from({ length: lanes }, () => new Worker(new URL('./lane.main.js', import.meta.url)))
}
