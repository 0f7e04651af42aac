import { ShardLedger } from './shard-ledger.js'

/**
 * What was asked for and what was answered: `asked` is a call whose answer never came.
 *
 *     creating: asked → acknowledged → live → deleting: asked → acknowledged → gone
 */
export type StreamLife = 'createAsked' | 'createAcknowledged' | 'live' | 'deleteAsked' | 'deleteAcknowledged' | 'gone'

/** One stream from its creation to its end; a later one of the same name is another. */
export class StreamLedger {
  life: StreamLife = 'createAsked'
  shards: readonly ShardLedger[] = []

  constructor(
    readonly name: string,
    readonly shardCount: number,
  ) {}

  shardOf(hashKey: bigint): ShardLedger {
    const shard = this.shards.find((each) => each.owns(hashKey))
    if (!shard) throw new Error(`no shard of ${this.name} has the hash key ${hashKey}`)
    return shard
  }
}

const shardHashKeys = 2n ** 128n

/** Shards as AWS divides the hash keys: floor(2^128 / n) each, the last one to the end. */
export function evenShards(count: number): ShardLedger[] {
  const width = shardHashKeys / BigInt(count)
  return Array.from({ length: count }, (_, i) => {
    const end = i === count - 1 ? shardHashKeys - 1n : width * BigInt(i + 1) - 1n
    return new ShardLedger(`shardId-${String(i).padStart(12, '0')}`, width * BigInt(i), end)
  })
}
