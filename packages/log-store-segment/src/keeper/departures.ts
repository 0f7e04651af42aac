import type { KeeperMessage } from '../channel/messages.js'
import type { LaneLink } from './lane-link.js'

/**
 * Segments that are on their way out: lanes are asked to leave them, and a file goes when the last lane has said that it does not
 * read it any more.
 */
export class Departures {
  private readonly waiting = new Map<number, { readonly lanes: Set<LaneLink>; readonly done: () => void }>()
  private nextReplacement = 1

  /** Resolves when no lane reads the segments any more. */
  leave(lanes: Iterable<LaneLink>, removed: readonly number[]): Promise<void> {
    const replacement = this.nextReplacement++
    const asked = new Set(lanes)
    if (asked.size === 0) return Promise.resolve()
    const message: KeeperMessage = { kind: 'segmentsReplaced', replacement, removed, added: [] }
    return new Promise((done) => {
      this.waiting.set(replacement, { lanes: asked, done })
      for (const lane of asked) lane.send(message)
    })
  }

  released(lane: LaneLink, replacement: number): void {
    const asked = this.waiting.get(replacement)
    if (!asked?.lanes.delete(lane) || asked.lanes.size > 0) return
    this.waiting.delete(replacement)
    asked.done()
  }

  /** A lane that is gone reads nothing. */
  gone(lane: LaneLink): void {
    for (const replacement of [...this.waiting.keys()]) this.released(lane, replacement)
  }
}
