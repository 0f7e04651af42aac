import { setTimeout as sleep } from 'node:timers/promises'
import type { KinesisClient } from '@millrace/testkit'
import type { Ledger } from '../ledger/ledger.js'
import type { ReadRecord, ShardLedger } from '../ledger/shard-ledger.js'
import type { StreamLedger } from '../ledger/stream-ledger.js'
import type { Random } from '../random.js'
import { Violation } from '../violation.js'
import type { Rules } from './rules.js'
import { type IteratorStart, ReadFailed, readPage, shardIterator } from './shard-reader.js'

/** What a reader holds when the server dies: it must still be true, and its iterator still good, afterwards. */
export interface HeldPosition {
  readonly stream: StreamLedger
  readonly shard: ShardLedger
  readonly start: IteratorStart
  /** Records that were read; they may not vanish. */
  readonly seen: readonly ReadRecord[]
  /** Where it would have gone on, an iterator or a continuation; undefined at the end of a closed shard. */
  readonly next: string | { readonly continuation: string } | undefined
  /** What was surely before a LATEST start, and from when on all that was sent is surely behind it. */
  readonly floor: string
  readonly obtainedTick: number
}

export const seenMax = 5_000

/** Follows a shard while others write. */
export class TailingReader {
  held: HeldPosition | undefined

  constructor(
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  async run(client: KinesisClient, rules: Rules, isOver: () => boolean): Promise<void> {
    this.held = undefined
    while (this.ledger.live.length === 0 && !isOver()) await sleep(10)
    if (isOver()) return
    const stream = this.random.pick(this.ledger.live)
    try {
      await this.follow(client, stream, this.random.pick(stream.shards), isOver)
    } catch (error) {
      if (!(error instanceof ReadFailed)) throw error
      // Killed, or the stream deleted under the reader; what it held is checked later.
      if (rules.isDying() || stream.life !== 'live') return
      throw new Violation('a read was refused by a running server', { stream: stream.name, outcome: error.outcome })
    }
  }

  private async follow(client: KinesisClient, stream: StreamLedger, shard: ShardLedger, isOver: () => boolean): Promise<void> {
    const start = chooseStart(shard, this.random)
    const { floor } = shard
    let next: string | undefined = await shardIterator(client, stream.name, shard.shardId, start)
    const obtainedTick = this.ledger.tick()
    const seen: ReadRecord[] = []
    for (;;) {
      this.held = { stream, shard, start, seen, next, floor, obtainedTick }
      if (next === undefined || isOver() || seen.length > seenMax) return
      const page = await readPage(client, next, this.random.chance(0.3) ? this.random.integer(1, 50) : 10_000)
      seen.push(...page.records)
      next = page.next
      if (page.records.length === 0) await sleep(this.random.integer(1, 30))
    }
  }
}

/** Somewhere near the end of what is known to be there, or at one of the ends. */
export function chooseStart({ history }: ShardLedger, random: Random): IteratorStart {
  if (history.length > 0 && random.chance(0.5)) {
    const StartingSequenceNumber = random.pick(history.slice(-200)).sequenceNumber
    return { ShardIteratorType: random.pick(['AT_SEQUENCE_NUMBER', 'AFTER_SEQUENCE_NUMBER'] as const), StartingSequenceNumber }
  }
  return { ShardIteratorType: history.length > seenMax || random.chance(0.5) ? 'LATEST' : 'TRIM_HORIZON' }
}
