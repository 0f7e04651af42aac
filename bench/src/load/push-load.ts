import { scanText } from './answer-scan.js'
import type { LoadJob } from './job.js'
import type { Load } from './open-loop.js'
import type { Slot } from './protocol.js'
import type { PutSupply } from './put-supply.js'
import type { EventReader } from './subscribers.js'
import type { Tally } from './tally.js'

/** How long events may still come after the last answer. */
const drainMs = 2_000

/** Put and event of one record meet by its sequence number, whichever comes first. */
export class PushLoad implements Load, EventReader {
  /** Answered and not yet pushed: when each was due, or undefined where it is not counted. */
  private readonly due = new Map<string, number | undefined>()
  /** Pushed and not yet answered. */
  private readonly pushed = new Map<string, number>()
  private matched = 0

  constructor(
    private readonly job: LoadJob,
    private readonly supply: PutSupply,
    private readonly tally: Tally,
  ) {}

  send(slot: Slot, sinceMs: number, isCounted: () => boolean, done: (isUsable: boolean) => void): void {
    slot.send(this.supply.next(), (response) => {
      const sequence = response.kind === 'response' && response.status === 200 ? this.sequenceOf(response.body) : undefined
      if (sequence === undefined) this.tally.failed(`not put: ${response.kind === 'lost' ? response.reason : response.status}`)
      else this.put(sequence, isCounted() ? sinceMs : undefined)
      done(response.kind === 'response')
    })
  }

  event(payload: Buffer): void {
    const atMs = performance.now()
    for (const [, sequence = ''] of payload.toString('latin1').matchAll(/"SequenceNumber":"([0-9]+)"/g)) {
      if (!this.due.has(sequence)) {
        this.pushed.set(sequence, atMs)
        continue
      }
      const dueMs = this.due.get(sequence)
      this.due.delete(sequence)
      this.match(dueMs, atMs)
    }
  }

  ended(reason: string): void {
    this.tally.failed(reason)
  }

  /** Resolves when every record that was put has been pushed, or when it is too late. */
  async arrived(): Promise<void> {
    for (const endMs = performance.now() + drainMs; this.due.size > 0 && performance.now() < endMs; )
      await new Promise((resolve) => setTimeout(resolve, 10))
    for (let i = 0; i < this.due.size; i++) this.tally.failed('never pushed')
  }

  checkKept(): void {
    if (this.pushed.size > 0) this.tally.failed(`${this.pushed.size} records were pushed twice, or were not put`)
    for (let i = 0; i < this.matched; i++) this.tally.compared()
  }

  private sequenceOf(body: Buffer): string | undefined {
    return scanText(body, this.job.format, 'SequenceNumber')
  }

  private put(sequence: string, dueMs: number | undefined): void {
    const atMs = this.pushed.get(sequence)
    if (atMs === undefined) this.due.set(sequence, dueMs)
    else {
      this.pushed.delete(sequence)
      this.match(dueMs, atMs)
    }
  }

  private match(dueMs: number | undefined, atMs: number): void {
    this.matched++
    if (dueMs !== undefined) this.tally.answered(1, dueMs, atMs)
  }
}
