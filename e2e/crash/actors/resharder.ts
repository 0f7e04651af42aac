import { setTimeout as sleep } from 'node:timers/promises'
import type { KinesisClient } from '@millrace/testkit'
import { type DescribedShard, takeShards } from '../check/lineage-check.js'
import type { Ledger } from '../ledger/ledger.js'
import type { ShardLedger, ShardShape } from '../ledger/shard-ledger.js'
import type { AskedReshard, StreamLedger } from '../ledger/stream-ledger.js'
import type { Random } from '../random.js'
import { Violation } from '../violation.js'
import type { Rules } from './rules.js'

const openShardsMax = 8
/** Closed ones are read at every full check. */
const shardsMax = 40

type OpenShard = ShardLedger & { readonly shape: ShardShape }

/** Splits, merges and scales streams while others write and read. */
export class Resharder {
  constructor(
    private readonly client: KinesisClient,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  async run(rules: Rules, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const ready = this.ledger.live.filter(({ reshard, shards }) => reshard === undefined && shards.length < shardsMax)
      if (ready.length > 0) await this.reshard(this.random.pick(ready), rules, isOver)
      await sleep(this.random.integer(1, 200))
    }
  }

  private async reshard(stream: StreamLedger, rules: Rules, isOver: () => boolean): Promise<void> {
    const asked = this.choose(stream)
    stream.reshard = asked
    const outcome = await this.client.call(asked.operation, { StreamName: stream.name, ...asked.input })
    if (outcome.kind === 'answer' && outcome.status === 200) {
      asked.isAcknowledged = true
      this.ledger.reshards += 1
      return this.awaitDone(stream, isOver)
    }
    const mayFail = rules.isDying() || rules.isPostgresAway() || stream.life !== 'live'
    if (!mayFail) throw new Violation('a reshard was refused by a running server', { stream: stream.name, asked, outcome })
  }

  /** Until the stream is ACTIVE; what the server cannot tell now, the check after the crash finds out. */
  private async awaitDone(stream: StreamLedger, isOver: () => boolean): Promise<void> {
    while (!isOver() && stream.life === 'live') {
      const outcome = await this.client.call('DescribeStream', { StreamName: stream.name })
      const tick = this.ledger.tick()
      if (outcome.kind === 'lost' || outcome.status !== 200 || stream.life !== 'live') return
      const { StreamStatus, Shards } = (outcome.output as { StreamDescription: Description }).StreamDescription
      if (StreamStatus === 'ACTIVE') return takeShards(stream, Shards, tick)
      await sleep(20)
    }
  }

  private choose(stream: StreamLedger): AskedReshard {
    const open = stream.shards.filter((shard): shard is OpenShard => shard.isOpen)
    open.sort((one, other) => (one.shape.startingHashKey < other.shape.startingHashKey ? -1 : 1))
    const choice = this.random.next()
    if (choice < 0.4 && open.length > 1) return this.merge(open)
    if (choice < 0.8 && open.length < openShardsMax) return this.split(open)
    return this.scale(open)
  }

  private split(open: readonly OpenShard[]): AskedReshard {
    const { shardId, shape } = this.random.pick(open)
    const width = shape.endingHashKey - shape.startingHashKey
    if (width < 1000n) return this.scale(open)
    const key = shape.startingHashKey + 2n + (this.random.hashKey() % (width - 4n))
    return {
      operation: 'SplitShard',
      input: { ShardToSplit: shardId, NewStartingHashKey: String(key) },
      isAcknowledged: false,
      isDone: (after) => after.some(({ startingHashKey }) => startingHashKey === key) && after.length === open.length + 1,
    }
  }

  private merge(open: readonly OpenShard[]): AskedReshard {
    const at = this.random.integer(0, open.length - 2)
    const [lower, upper] = open.slice(at, at + 2) as [OpenShard, OpenShard]
    const { startingHashKey, endingHashKey } = { ...lower.shape, endingHashKey: upper.shape.endingHashKey }
    return {
      operation: 'MergeShards',
      input: { ShardToMerge: lower.shardId, AdjacentShardToMerge: upper.shardId },
      isAcknowledged: false,
      isDone: (after) =>
        after.some((shape) => shape.startingHashKey === startingHashKey && shape.endingHashKey === endingHashKey) &&
        after.length === open.length - 1,
    }
  }

  private scale({ length }: readonly OpenShard[]): AskedReshard {
    const target = this.random.integer(Math.ceil(length / 2), Math.min(2 * length, openShardsMax))
    return {
      operation: 'UpdateShardCount',
      input: { TargetShardCount: target, ScalingType: 'UNIFORM_SCALING' },
      isAcknowledged: false,
      isDone: (after) => after.length === target,
    }
  }
}

interface Description {
  readonly StreamStatus: string
  readonly Shards: readonly DescribedShard[]
}
