import type { KeeperMessage, RolledSegment } from '../channel/messages.js'
import type { LaneLink } from './lane-link.js'

interface Exchange {
  readonly number: number
  readonly removed: readonly number[]
  readonly added: readonly RolledSegment[]
  /** Lanes that may still read what is removed; undefined until the shard table says that it is. */
  lanes: Set<LaneLink> | undefined
}

/**
 * Segments on their way out, and what takes their place (nothing, where they are dead). First the shard table says so, durably;
 * then lanes are told, and read on in the new ones; a file goes when the last lane has said that it does not read it any more.
 * After a crash the table has what was exchanged removed.
 */
export class Exchanges {
  private readonly underWay: Exchange[] = []
  private nextNumber = 1

  begin(removed: readonly number[], added: readonly RolledSegment[]): void {
    this.underWay.push({ number: this.nextNumber++, removed, added, lanes: undefined })
  }

  /** For the shard table: files of these are to be removed. */
  get obsoleteSegments(): number[] {
    return this.underWay.flatMap(({ removed }) => removed)
  }

  get areUnsaved(): boolean {
    return this.underWay.some(({ lanes }) => lanes === undefined)
  }

  /** The shard table has what was begun, in both files: the lanes may know. */
  saved(lanes: Iterable<LaneLink>): void {
    for (const exchange of this.underWay) {
      if (exchange.lanes) continue
      exchange.lanes = new Set(lanes)
      const { number, removed, added } = exchange
      const message: KeeperMessage = { kind: 'segmentsExchanged', exchange: number, removed, added }
      for (const lane of exchange.lanes) lane.send(message)
    }
  }

  released(lane: LaneLink, number: number): void {
    this.underWay.find((exchange) => exchange.number === number)?.lanes?.delete(lane)
  }

  /** A lane that is gone reads nothing. */
  laneGone(lane: LaneLink): void {
    for (const { lanes } of this.underWay) lanes?.delete(lane)
  }

  /** Has `dispose` remove each file that nobody reads any more; one that it throws for stays until the next time. */
  async dispose(dispose: (segmentIds: readonly number[]) => Promise<void>): Promise<boolean> {
    const ready = this.underWay.filter(({ lanes }) => lanes?.size === 0)
    if (ready.length === 0) return false
    await dispose(ready.flatMap(({ removed }) => removed))
    for (const exchange of ready) this.underWay.splice(this.underWay.indexOf(exchange), 1)
    return true
  }
}
