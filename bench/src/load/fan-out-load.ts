import { Dataset } from '../payload/dataset.js'
import { scanInteger } from './answer-scan.js'
import type { LoadJob } from './job.js'
import type { EventReader } from './subscribers.js'
import type { Tally } from './tally.js'

/** Events kept for a full comparison when the row is over. */
const keptMax = 16
const keepOneIn = 64

interface PushedRecord {
  readonly Data: string
  readonly PartitionKey: string
  readonly SequenceNumber: string
}

/**
 * Counts what is pushed. The number of records of an event follows from its length, as all records are alike; samples are decoded whole
 * and compared with what was put.
 */
export class FanOutLoad implements EventReader {
  private readonly kept: Buffer[] = []
  private bytesPerRecord = 0
  private events = 0

  constructor(
    private readonly job: LoadJob,
    private readonly tally: Tally,
  ) {}

  event(payload: Buffer): void {
    if (scanInteger(payload, 'json', 'MillisBehindLatest') === 0) this.tally.failed('nothing is left to push')
    if (this.bytesPerRecord === 0) this.bytesPerRecord = payload.length / Math.max(1, recordsOf(payload).length)
    if (this.events++ % keepOneIn === 0 && this.kept.length < keptMax) this.kept.push(Buffer.from(payload))
    const nowMs = performance.now()
    if (this.tally.isInWindow(nowMs)) this.tally.answered(Math.round(payload.length / this.bytesPerRecord), nowMs)
  }

  ended(reason: string): void {
    this.tally.failed(reason)
  }

  checkKept(): void {
    const stored = new Dataset(this.job.dataset).byPartitionKey()
    for (const payload of this.kept) {
      const fault = faultOf(payload, stored)
      if (fault === undefined) this.tally.compared()
      else this.tally.failed(fault)
    }
  }
}

function recordsOf(payload: Buffer): readonly PushedRecord[] {
  return (JSON.parse(payload.toString()) as { Records: readonly PushedRecord[] }).Records
}

function faultOf(payload: Buffer, stored: ReadonlyMap<string, Buffer>): string | undefined {
  let last = -1n
  for (const { Data, PartitionKey, SequenceNumber } of recordsOf(payload)) {
    if (!stored.get(PartitionKey)?.equals(Buffer.from(Data, 'base64'))) return `record ${SequenceNumber} is not what was put`
    if (BigInt(SequenceNumber) <= last) return `sequence number ${SequenceNumber} does not rise`
    last = BigInt(SequenceNumber)
  }
  return undefined
}
