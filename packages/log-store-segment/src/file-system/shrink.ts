import type { LogFile } from './file-system.js'

/** Resolves so many milliseconds later. */
export type Pause = (ms: number) => Promise<unknown>

/** How much space is given back at a time, and what passes until the next time. */
export interface Pace {
  stepBytes(): number
  pause(): Promise<unknown>
}

const betweenStepsMs = 20

/** Steps with pauses between, or, while `isUrgent`, all at once. */
export function paceOf(stepBytes: () => number, pause: Pause, isUrgent: () => boolean): Pace {
  return {
    stepBytes: () => (isUrgent() ? Number.POSITIVE_INFINITY : stepBytes()),
    pause: async () => {
      if (!isUrgent()) await pause(betweenStepsMs)
    },
  }
}

/**
 * Shortens a file until at most a step is left behind `end`, which the caller cuts off with what else it does. A disk that is told
 * of what is free (`discard`) does nothing else meanwhile, 5 ms for 12 MiB, and a large cut holds the file system's journal. It is
 * told when the journal commits: without the `datasync` in each step the next commit would have all of them at once.
 */
export async function shrink(file: LogFile, end: number, pace: Pace): Promise<void> {
  let size = await file.size()
  for (let step = pace.stepBytes(); size - end > step; step = pace.stepBytes()) {
    size -= step
    await file.truncate(size)
    await file.datasync()
    await pace.pause()
  }
}
