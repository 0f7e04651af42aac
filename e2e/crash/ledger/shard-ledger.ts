import { Violation } from '../violation.js'

export interface ReadRecord {
  readonly sequenceNumber: string
  readonly id: number
  readonly arrivalMs: number
}

export interface HistoryEntry extends ReadRecord {
  /** When it was sent; 0 for what was never acknowledged (it may have been sent at several times). */
  readonly ackedSendTick: number
}

/** What a shard is, as the server describes it. */
export interface ShardShape {
  readonly startingHashKey: bigint
  readonly endingHashKey: bigint
  /** Ids. */
  readonly parents: readonly string[]
  readonly startingSequenceNumber: string
  /** Undefined while it is open. */
  readonly endingSequenceNumber: string | undefined
}

/** What is known of one shard: what was found in it (and must stay), and how far acknowledgements have come. */
export class ShardLedger {
  /** In the order of the shard. Found by a check while nobody wrote. */
  readonly history: HistoryEntry[] = []
  /** Undefined until it was described: records are acknowledged by a new shard before anybody asks what it is. */
  shape: ShardShape | undefined
  /** When it was first described as closed: what is sent later goes elsewhere. */
  closedTick = Number.POSITIVE_INFINITY
  private highestAcknowledged = ''

  constructor(readonly shardId: string) {}

  /** Highest sequence number that was acknowledged or found; a put that is sent now must get a higher one. */
  get floor(): string {
    return this.highestAcknowledged
  }

  get isOpen(): boolean {
    return this.shape !== undefined && this.shape.endingSequenceNumber === undefined
  }

  /** Whether a record with this hash key may be in it, as far as is known. */
  mayOwn(hashKey: bigint): boolean {
    return !this.shape || (hashKey >= this.shape.startingHashKey && hashKey <= this.shape.endingHashKey)
  }

  acknowledged(sequenceNumber: string): void {
    if (isAbove(sequenceNumber, this.highestAcknowledged)) this.highestAcknowledged = sequenceNumber
  }

  /** Takes a record that the check found behind all that it had found before. */
  found(record: ReadRecord, ackedSendTick: number): void {
    const last = this.history.at(-1)
    const evidence = { shard: this.shardId, shape: this.shape, last, record }
    if (last && !isAbove(record.sequenceNumber, last.sequenceNumber))
      throw new Violation('sequence numbers do not rise', evidence)
    if (last && record.arrivalMs < last.arrivalMs) throw new Violation('arrival times go back', evidence)
    this.history.push({ ...record, ackedSendTick })
    this.acknowledged(record.sequenceNumber)
  }

  /** Position in the history; −1 where it has no such sequence number. */
  positionOf(sequenceNumber: string): number {
    let [low, high] = [0, this.history.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = (this.history[middle] as HistoryEntry).sequenceNumber
      if (found === sequenceNumber) return middle
      if (isAbove(found, sequenceNumber)) high = middle - 1
      else low = middle + 1
    }
    return -1
  }
}

/** Sequence numbers are decimal numbers without leading zeros. */
export function isAbove(one: string, other: string): boolean {
  return one.length === other.length ? one > other : one.length > other.length
}
