import { type Send, SendLedger } from './send-ledger.js'
import { isAbove, type ReadRecord, ShardLedger, type ShardShape } from './shard-ledger.js'

/**
 * What was asked for and what was answered: `asked` is a call whose answer never came.
 *
 *     creating: asked → acknowledged → live → deleting: asked → acknowledged → gone
 */
export type StreamLife = 'createAsked' | 'createAcknowledged' | 'live' | 'deleteAsked' | 'deleteAcknowledged' | 'gone'

/** A reshard that was asked for and not seen done. Where it was not acknowledged, nobody knows whether it is done. */
export interface AskedReshard {
  readonly operation: 'SplitShard' | 'MergeShards' | 'UpdateShardCount'
  readonly input: Readonly<Record<string, unknown>>
  isAcknowledged: boolean
  /** Whether these open shards, in the order of their hash keys, are what it leads to. */
  readonly isDone: (open: readonly ShardShape[]) => boolean
}

/** One stream from its creation to its end; a later one of the same name is another. */
export class StreamLedger {
  life: StreamLife = 'createAsked'
  reshard: AskedReshard | undefined
  private readonly sends = new SendLedger()
  private readonly byId = new Map<string, ShardLedger>()

  constructor(
    readonly name: string,
    readonly shardCount: number,
  ) {}

  get shards(): readonly ShardLedger[] {
    return [...this.byId.values()]
  }

  shard(shardId: string): ShardLedger {
    const shard = this.byId.get(shardId) ?? new ShardLedger(shardId)
    this.byId.set(shardId, shard)
    return shard
  }

  sent(id: number, hashKey: bigint, sentTick: number): Send {
    const send = { id, hashKey, sentTick, floor: this.floorOf(hashKey), acknowledged: undefined }
    this.sends.sent(send)
    return send
  }

  acknowledged(send: Send, shardId: string, sequenceNumber: string): void {
    this.sends.acknowledged(send, this.shard(shardId), sequenceNumber)
  }

  refused(send: Send): void {
    this.sends.refused(send)
  }

  found(shard: ShardLedger, record: ReadRecord): void {
    const { acknowledged, sentTick } = this.sends.found(shard, record)
    shard.found(record, acknowledged === undefined ? 0 : sentTick)
  }

  settle(): void {
    this.sends.settle()
  }

  /** Children's numbers lie above all of their parents', so the highest one of any shard that had the key is the one to pass. */
  private floorOf(hashKey: bigint): string {
    let floor = ''
    for (const shard of this.byId.values()) {
      if (shard.shape && shard.mayOwn(hashKey) && isAbove(shard.floor, floor)) floor = shard.floor
    }
    return floor
  }
}
