import type { StreamLedger } from './stream-ledger.js'

/** All that was acknowledged in a run, in the memory of the crash program. */
export class Ledger {
  readonly streams: StreamLedger[] = []
  private ticks = 0
  acknowledgedRecords = 0
  acknowledgedBytes = 0
  /** Acknowledged splits, merges and scalings. */
  reshards = 0
  /** What subscribers were shown, and all found again. */
  pushedRecords = 0
  /** Puts whose answer never came. */
  unansweredPuts = 0

  tick(): number {
    return ++this.ticks
  }

  /** Streams that can be written and read. */
  get live(): readonly StreamLedger[] {
    return this.streams.filter(({ life }) => life === 'live')
  }

  get present(): readonly StreamLedger[] {
    return this.streams.filter(({ life }) => life !== 'gone')
  }

  forgetGone(): void {
    for (let i = this.streams.length - 1; i >= 0; i--) if (this.streams[i]?.life === 'gone') this.streams.splice(i, 1)
  }
}
