import { Violation } from '../violation.js'

/** One time that a record was sent. Each may leave at most one record in the shard; an acknowledged one exactly one, in its place. */
export interface Send {
  readonly id: number
  /** Counts events of the run: tells which of two began first. */
  readonly sentTick: number
  acknowledged: string | undefined
}

export interface ReadRecord {
  readonly sequenceNumber: string
  readonly id: number
  readonly arrivalMs: number
}

export interface HistoryEntry extends ReadRecord {
  /** When it was sent; 0 for what was never acknowledged (it may have been sent at several times). */
  readonly ackedSendTick: number
}

/** What is known of one shard: what was found in it (and must stay), and what was sent since. */
export class ShardLedger {
  /** In the order of the shard. Found by a check while nobody wrote. */
  readonly history: HistoryEntry[] = []
  private readonly pending = new Map<number, Send[]>()
  private highestAcknowledged = ''

  constructor(
    readonly shardId: string,
    readonly startingHashKey: bigint,
    readonly endingHashKey: bigint,
  ) {}

  /** Highest sequence number that was acknowledged or found; a put that is sent now must get a higher one. */
  get floor(): string {
    return this.highestAcknowledged
  }

  owns(hashKey: bigint): boolean {
    return hashKey >= this.startingHashKey && hashKey <= this.endingHashKey
  }

  sent(id: number, sentTick: number): Send {
    const send: Send = { id, sentTick, acknowledged: undefined }
    const sends = this.pending.get(id)
    if (sends) sends.push(send)
    else this.pending.set(id, [send])
    return send
  }

  acknowledged(send: Send, sequenceNumber: string): void {
    send.acknowledged = sequenceNumber
    if (isAbove(sequenceNumber, this.highestAcknowledged)) this.highestAcknowledged = sequenceNumber
  }

  /** Certainly not stored. */
  refused(send: Send): void {
    const rest = (this.pending.get(send.id) ?? []).filter((other) => other !== send)
    if (rest.length === 0) this.pending.delete(send.id)
    else this.pending.set(send.id, rest)
  }

  /** Takes a record that the check found behind all that it had found before. */
  found(record: ReadRecord): void {
    const last = this.history.at(-1)
    if (last && !isAbove(record.sequenceNumber, last.sequenceNumber)) {
      throw new Violation('sequence numbers do not rise', { shard: this.shardId, last, record })
    }
    if (last && record.arrivalMs < last.arrivalMs) {
      throw new Violation('arrival times go back', { shard: this.shardId, last, record })
    }
    this.history.push({ ...record, ackedSendTick: this.consumeSend(record) })
    if (isAbove(record.sequenceNumber, this.highestAcknowledged)) this.highestAcknowledged = record.sequenceNumber
  }

  private consumeSend(record: ReadRecord): number {
    const sends = this.pending.get(record.id) ?? []
    const send =
      sends.find(({ acknowledged }) => acknowledged === record.sequenceNumber) ??
      sends.find(({ acknowledged }) => acknowledged === undefined)
    if (!send)
      throw new Violation('a record is there more often than it was sent, or was never sent here', {
        shard: this.shardId,
        record,
        sends,
      })
    this.refused(send)
    return send.acknowledged === undefined ? 0 : send.sentTick
  }

  /** The check has read to the end and nobody was writing: what was acknowledged must have been found; the rest was never stored. */
  settle(): void {
    const lost = [...this.pending.values()].flat().filter(({ acknowledged }) => acknowledged !== undefined)
    if (lost.length > 0) {
      const evidence = { shard: this.shardId, count: lost.length, lost: lost.slice(0, 10), endOfHistory: this.history.slice(-3) }
      throw new Violation('acknowledged records are lost', evidence)
    }
    this.pending.clear()
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
