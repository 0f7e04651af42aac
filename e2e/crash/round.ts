import { setTimeout as sleep } from 'node:timers/promises'
import type { KinesisClient } from '@millrace/testkit'
import { Resharder } from './actors/resharder.js'
import { StreamKeeper } from './actors/stream-keeper.js'
import { Subscriber } from './actors/subscriber.js'
import { type HeldPosition, TailingReader } from './actors/tailing-reader.js'
import { Writer } from './actors/writer.js'
import { checkHeld } from './check/held-check.js'
import { checkIterators, checkShard } from './check/shard-check.js'
import { settleStreams } from './check/stream-check.js'
import { Ledger } from './ledger/ledger.js'
import type { Random } from './random.js'
import { chooseFault, type Fault } from './server/faults.js'
import type { ServerUnderTest } from './server/server-under-test.js'

const writerCount = 5
const readerCount = 3
const subscriberCount = 2
/** Every so many rounds all shards are read from their first record. */
const roundsPerFullRead = 8

/** The life of a run: start, check what the last crash left, load, crash. */
export class CrashRun {
  readonly ledger = new Ledger()
  readonly faults = new Map<Fault, number>()
  private readonly writers: readonly Writer[]
  private held: HeldPosition[] = []
  private rounds = 0

  constructor(
    private readonly server: ServerUnderTest,
    private readonly random: Random,
  ) {
    this.writers = Array.from({ length: writerCount }, () => new Writer(this.ledger, random.fork()))
  }

  async round(): Promise<void> {
    this.rounds += 1
    await this.server.start()
    await this.check(this.rounds % roundsPerFullRead === 0)
    await this.loadUntilCrash()
  }

  /** The last crash is checked, too, with everything read again. */
  async finish(): Promise<void> {
    await this.server.start()
    await this.check(true)
  }

  private async check(readsAll: boolean): Promise<void> {
    const client = this.server.client()
    await settleStreams(client, this.ledger)
    for (const stream of this.ledger.live) {
      for (const shard of stream.shards) await checkShard(client, stream, shard, readsAll || this.random.chance(0.1))
      stream.settle()
      await checkIterators(client, stream, this.random.pick(stream.shards), this.random)
    }
    for (const held of this.held) await checkHeld(client, held)
    this.held = this.held.filter(() => this.random.chance(0.3))
    this.ledger.forgetGone()
    client.close()
  }

  private async loadUntilCrash(): Promise<void> {
    const clients: KinesisClient[] = []
    const client = (): KinesisClient => {
      const made = this.server.client()
      clients.push(made)
      return made
    }
    let [isDying, isPostgresAway, isOver] = [false, false, false]
    const rules = { isDying: () => isDying, isPostgresAway: () => isPostgresAway }
    const over = (): boolean => isOver || this.server.isGone
    const keeper = new StreamKeeper(client(), this.ledger, this.random.fork())
    for (let attempt = 0; this.ledger.live.length < 2 && attempt < 5; attempt++) await keeper.create(rules)
    const readers = Array.from({ length: readerCount }, () => new TailingReader(this.ledger, this.random.fork()))
    const crash = this.crash({ dying: () => (isDying = true), postgresAway: () => (isPostgresAway = true) }).finally(
      () => (isOver = true),
    )
    const subscribers = Array.from({ length: subscriberCount }, (_, i) => {
      return new Subscriber(`subscriber-${i}`, this.ledger, this.random.fork(), (input, reader) =>
        this.server.subscribe(input, reader),
      )
    })
    const actors = [...this.writers, ...readers, ...subscribers].map((each) => each.run(client(), rules, over))
    const resharder = new Resharder(client(), this.ledger, this.random.fork())
    await Promise.all([crash, keeper.run(rules, over), resharder.run(rules, over), ...actors])
    for (const each of clients) each.close()
    this.held.push(...[...readers, ...subscribers].flatMap(({ held }) => held ?? []))
  }

  private async crash(tell: { readonly dying: () => void; readonly postgresAway: () => void }): Promise<void> {
    const fault = chooseFault(this.random)
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1)
    await sleep(this.random.chance(0.5) ? this.random.magnitude(1, 1500) : this.random.integer(1, 1500))
    // Reshards are carried out when a second begins: many a crash comes between their first seal and the map that follows it.
    if (this.random.chance(0.3)) await sleep(1000 - (Date.now() % 1000) + this.random.magnitude(0, 80))
    await this.server.inflict(fault, tell)
  }
}
