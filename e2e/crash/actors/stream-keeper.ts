import { setTimeout as sleep } from 'node:timers/promises'
import type { KinesisClient } from '@millrace/testkit'
import { type DescribedShard, takeShards } from '../check/lineage-check.js'
import type { Ledger } from '../ledger/ledger.js'
import { StreamLedger } from '../ledger/stream-ledger.js'
import type { Random } from '../random.js'
import { Violation } from '../violation.js'
import type { Rules } from './rules.js'

const names = ['orders', 'clicks', 'audit.log', 'Sensor_7', 'a', 'payments-eu']
const streamsMin = 2
const streamsMax = 5
/** Of the streams. */
const encryptedShare = 0.4

/**
 * Creates and deletes streams while others write to them. Names come back, so that a new stream follows a deleted one, but not within a
 * round: a put that is on its way could land in either.
 */
export class StreamKeeper {
  constructor(
    private readonly client: KinesisClient,
    private readonly ledger: Ledger,
    private readonly random: Random,
  ) {}

  async run(rules: Rules, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const { present, live } = this.ledger
      const isUseful = present.length < streamsMin || this.random.chance(0.3)
      if (isUseful) await (this.wantsCreation(present.length, live.length) ? this.create(rules) : this.delete(rules))
      await sleep(this.random.integer(10, 300))
    }
  }

  private wantsCreation(present: number, live: number): boolean {
    if (present < streamsMin || live <= 1) return true
    return present < streamsMax && this.random.chance(0.5)
  }

  async create(rules: Rules): Promise<void> {
    const taken = new Set(this.ledger.streams.map(({ name }) => name))
    const free = names.filter((name) => !taken.has(name))
    if (free.length === 0) return
    const stream = new StreamLedger(this.random.pick(free), this.random.integer(1, 4))
    this.ledger.streams.push(stream)
    const outcome = await this.client.call('CreateStream', { StreamName: stream.name, ShardCount: stream.shardCount })
    if (outcome.kind === 'lost') return this.lost(rules, outcome.reason)
    if (outcome.status !== 200) return this.refused(rules, 'CreateStream', stream, outcome.output)
    stream.life = 'createAcknowledged'
    if (this.random.chance(encryptedShare) && !((await this.awaitActive(stream)) && (await this.encrypt(rules, stream)))) return
    const shards = await this.awaitActive(stream)
    if (!shards) return
    takeShards(stream, shards, this.ledger.tick())
    stream.life = 'live'
  }

  /** Its shards; undefined where it does not come to be ACTIVE. */
  private async awaitActive(stream: StreamLedger): Promise<readonly DescribedShard[] | undefined> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const outcome = await this.client.call('DescribeStream', { StreamName: stream.name })
      if (outcome.kind === 'lost') return undefined
      const { StreamDescription } = outcome.output as { StreamDescription?: Description }
      if (StreamDescription?.StreamStatus === 'ACTIVE') return StreamDescription.Shards
      await sleep(20)
    }
    return undefined
  }

  private async encrypt(rules: Rules, stream: StreamLedger): Promise<boolean> {
    const input = { StreamName: stream.name, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }
    const outcome = await this.client.call('StartStreamEncryption', input)
    if (outcome.kind === 'lost') this.lost(rules, outcome.reason)
    else if (outcome.status !== 200) this.refused(rules, 'StartStreamEncryption', stream, outcome.output)
    return outcome.kind === 'answer' && outcome.status === 200
  }

  private async delete(rules: Rules): Promise<void> {
    const stream = this.random.pick(this.ledger.live)
    stream.life = 'deleteAsked'
    const outcome = await this.client.call('DeleteStream', { StreamName: stream.name, EnforceConsumerDeletion: true })
    if (outcome.kind === 'lost') return this.lost(rules, outcome.reason)
    if (outcome.status !== 200) return this.refused(rules, 'DeleteStream', stream, outcome.output)
    stream.life = 'deleteAcknowledged'
    if (this.random.chance(0.5)) await this.awaitGone(stream)
  }

  private async awaitGone(stream: StreamLedger): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const outcome = await this.client.call('DescribeStreamSummary', { StreamName: stream.name })
      if (outcome.kind === 'lost') return
      if (outcome.errorCode === 'ResourceNotFoundException') {
        stream.life = 'gone'
        return
      }
      await sleep(20)
    }
  }

  private lost(rules: Rules, reason: string): void {
    if (!rules.isDying() && !rules.isPostgresAway())
      throw new Violation('a lifecycle call got no answer from a running server', { reason })
  }

  private refused(rules: Rules, operation: string, stream: StreamLedger, output: unknown): void {
    if (!rules.isDying() && !rules.isPostgresAway())
      throw new Violation('a lifecycle call was refused by a running server', { operation, stream: stream.name, output })
  }
}

interface Description {
  readonly StreamStatus: string
  readonly Shards: readonly DescribedShard[]
}
