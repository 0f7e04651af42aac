import type { OpenSlots, Slot } from './protocol.js'
import type { Tally } from './tally.js'

/** What sends the requests; see `PutLoad.send`. */
export interface Load {
  send(slot: Slot, sinceMs: number, isCounted: () => boolean, done: (isUsable: boolean) => void): void
}

/** How long answers may still come after the last request was due. */
const drainMs = 10_000

/**
 * Requests become due at an even rate whatever the server does; one that finds no slot free waits, and its wait counts. The timer of the
 * loop has a grain of one millisecond: latencies contain it.
 */
export function runOpenLoop(
  load: Load,
  open: OpenSlots,
  tally: Tally,
  duePerSecond: number,
  isOver: () => boolean,
): Promise<void> {
  const free: Slot[] = [...open.slots]
  const overdue: number[] = []
  let overdueAt = 0
  let inFlight = 0
  const startMs = performance.now()
  let scheduled = 0

  const dispatch = (): void => {
    while (free.length > 0 && overdueAt < overdue.length) {
      const slot = free.pop() as Slot
      const dueMs = overdue[overdueAt++] as number
      inFlight += 1
      load.send(
        slot,
        dueMs,
        () => tally.isInWindow(dueMs),
        (isUsable) => {
          inFlight -= 1
          if (isUsable) free.push(slot)
          dispatch()
        },
      )
    }
  }

  return new Promise((resolve) => {
    let endsMs = Number.POSITIVE_INFINITY
    const tick = (): void => {
      const nowMs = performance.now()
      if (!isOver()) {
        for (; startMs + (scheduled * 1000) / duePerSecond <= nowMs; scheduled++)
          overdue.push(startMs + (scheduled * 1000) / duePerSecond)
      } else if (endsMs === Number.POSITIVE_INFINITY) endsMs = nowMs + drainMs
      dispatch()
      const remaining = overdue.length - overdueAt + inFlight
      if (endsMs !== Number.POSITIVE_INFINITY && (remaining === 0 || nowMs > endsMs)) {
        for (let i = 0; i < remaining; i++) tally.failed('not answered in time')
        return resolve()
      }
      setTimeout(tick, 1)
    }
    tick()
  })
}
