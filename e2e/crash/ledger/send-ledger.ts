import { Violation } from '../violation.js'
import { isAbove, type ReadRecord, type ShardLedger } from './shard-ledger.js'

/**
 * One time that a record was sent. Each may leave at most one record in the stream, in a shard that has its hash key; an acknowledged
 * one exactly one, in its place.
 */
export interface Send {
  readonly id: number
  readonly hashKey: bigint
  /** Counts events of the run: tells which of two began first. */
  readonly sentTick: number
  /** Highest sequence number that was acknowledged to the key's shards when it was sent: it must get a higher one. */
  readonly floor: string
  acknowledged: Acknowledged | undefined
}

export interface Acknowledged {
  readonly shardId: string
  readonly sequenceNumber: string
}

/** What was sent to a stream and not found yet. Which shard takes a record is not known before: it may be closed meanwhile. */
export class SendLedger {
  private readonly pending = new Map<number, Send[]>()

  sent(send: Send): void {
    const sends = this.pending.get(send.id)
    if (sends) sends.push(send)
    else this.pending.set(send.id, [send])
  }

  acknowledged(send: Send, shard: ShardLedger, sequenceNumber: string): void {
    const evidence = { shard: shard.shardId, shape: shard.shape, send, sequenceNumber }
    if (!shard.mayOwn(send.hashKey)) throw new Violation('a record went to a shard that does not have its hash key', evidence)
    if (shard.closedTick < send.sentTick) throw new Violation('a closed shard took a record', evidence)
    if (!isAbove(sequenceNumber, send.floor))
      throw new Violation('a sequence number is not above those acknowledged before the put', evidence)
    send.acknowledged = { shardId: shard.shardId, sequenceNumber }
    shard.acknowledged(sequenceNumber)
  }

  /** Certainly not stored. */
  refused(send: Send): void {
    const rest = (this.pending.get(send.id) ?? []).filter((other) => other !== send)
    if (rest.length === 0) this.pending.delete(send.id)
    else this.pending.set(send.id, rest)
  }

  /** A record was found: which send it is of. An acknowledged one is found where it was acknowledged and nowhere else. */
  found(shard: ShardLedger, record: ReadRecord): Send {
    const sends = this.pending.get(record.id) ?? []
    const isHere = ({ acknowledged }: Send) =>
      acknowledged?.sequenceNumber === record.sequenceNumber && acknowledged.shardId === shard.shardId
    const send =
      sends.find(isHere) ?? sends.find(({ acknowledged, hashKey }) => acknowledged === undefined && shard.mayOwn(hashKey))
    if (!send) {
      const evidence = { shard: shard.shardId, shape: shard.shape, record, sends }
      throw new Violation('a record is there more often than it was sent, or was never sent here', evidence)
    }
    this.refused(send)
    return send
  }

  /** All shards were read to their ends and nobody was writing: what was acknowledged must have been found; the rest was never stored. */
  settle(): void {
    const lost = [...this.pending.values()].flat().filter(({ acknowledged }) => acknowledged !== undefined)
    if (lost.length > 0) throw new Violation('acknowledged records are lost', { count: lost.length, lost: lost.slice(0, 10) })
    this.pending.clear()
  }
}
