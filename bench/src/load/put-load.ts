import type { ConnectionLost, Http1Response } from '@millrace/testkit'
import type { LoadJob } from './job.js'
import type { OpenSlots, Slot } from './protocol.js'
import { deepPutFault, quickPutFault } from './put-check.js'
import type { PutSupply } from './put-supply.js'
import type { Tally } from './tally.js'

/** One answer in this many is kept and decoded when the row is over, so that the check does not take the server's share of the CPU. */
const keepOneIn = 64
const keptMax = 256

/** What closed and open loop share: sends a request of the supply, looks at the answer, counts it. */
export class PutLoad {
  private sent = 0
  private readonly kept: Buffer[] = []

  constructor(
    private readonly job: LoadJob,
    private readonly supply: PutSupply,
    private readonly tally: Tally,
  ) {}

  /** `sinceMs`: from when the latency counts; `isCounted` is asked when the answer is there. `done` gets false when the connection is gone. */
  send(slot: Slot, sinceMs: number, isCounted: () => boolean, done: (isUsable: boolean) => void): void {
    this.sent += 1
    const keeps = this.sent % keepOneIn === 1 && this.kept.length < keptMax
    slot.send(this.supply.next(), (response) => {
      const fault = this.faultOf(response)
      if (fault !== undefined) this.tally.failed(fault)
      else if (isCounted()) this.tally.answered(this.job.operation === 'PutRecord' ? 1 : this.job.dataset.recordsPerBody, sinceMs)
      if (keeps && fault === undefined && response.kind === 'response') this.kept.push(Buffer.from(response.body))
      done(response.kind === 'response')
    })
  }

  private faultOf(response: Http1Response | ConnectionLost): string | undefined {
    if (response.kind === 'lost') return `connection lost: ${response.reason}`
    if (response.status !== 200) return `status ${response.status}: ${response.body.toString('latin1', 0, 300)}`
    return quickPutFault(this.job, response.body)
  }

  checkKept(): void {
    for (const body of this.kept) {
      const fault = deepPutFault(this.job, body)
      if (fault === undefined) this.tally.compared()
      else this.tally.failed(fault)
    }
  }
}

/** Every slot sends its next request when the last is answered. Resolves when the time is over and nothing is in flight. */
export async function runClosedLoop(load: PutLoad, open: OpenSlots, tally: Tally, isOver: () => boolean): Promise<void> {
  await Promise.all(open.slots.map((slot) => keepBusy(load, slot, tally, isOver)))
}

function keepBusy(load: PutLoad, slot: Slot, tally: Tally, isOver: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const next = (): void => {
      if (isOver()) return resolve()
      const isCounted = (): boolean => tally.isInWindow(performance.now())
      load.send(slot, performance.now(), isCounted, (isUsable) => (isUsable ? next() : resolve()))
    }
    next()
  })
}
