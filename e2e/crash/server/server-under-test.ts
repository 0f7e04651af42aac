import { setTimeout as sleep } from 'node:timers/promises'
import {
  KinesisClient,
  ShardSubscription,
  StandaloneServer,
  type SubscribeToShardInput,
  type SubscriptionReader,
} from '@millrace/testkit'
import type { Random } from '../random.js'
import { Violation } from '../violation.js'
import { type Fault, startsToKill } from './faults.js'
import { killPid, postgresPids } from './postgres-process.js'

/** A start takes one or two seconds; this is for a machine that does much else. */
const startMsMax = 60_000
const stopMsMax = 30_000

/** The server that is being killed: one data directory, one process after another. */
export class ServerUnderTest {
  private server: StandaloneServer | undefined
  readonly startsMs: number[] = []
  killedStarts = 0

  constructor(
    private readonly dataDir: string,
    private readonly port: number,
    private readonly random: Random,
  ) {}

  get log(): string {
    return this.server?.log ?? ''
  }

  get isGone(): boolean {
    return this.server?.hasExited ?? true
  }

  client(): KinesisClient {
    const server = this.server as StandaloneServer
    return new KinesisClient(server.endpoint, server.credentials())
  }

  subscribe(input: SubscribeToShardInput, reader: SubscriptionReader): ShardSubscription {
    const server = this.server as StandaloneServer
    return new ShardSubscription(server.endpoint, server.credentials(), input, reader)
  }

  /** Starts it, after some starts that are killed on their way. Each start has lanes and a tail of another size. */
  async start(): Promise<void> {
    const isFirst = this.startsMs.length === 0
    for (let kills = isFirst ? 3 : startsToKill(this.random); kills > 0; kills--) await this.startAndKill()
    const beganMs = performance.now()
    this.server = this.spawn()
    const isReady = await Promise.race([this.server.ready.then(() => true), sleep(startMsMax, false, { ref: false })])
    if (!isReady) throw new Violation('the server does not get ready', { withinMs: startMsMax })
    this.startsMs.push(performance.now() - beganMs)
  }

  private async startAndKill(): Promise<void> {
    const usualMs = this.startsMs.at(-1) ?? 2000
    this.server = this.spawn()
    await Promise.race([sleep(this.random.integer(0, Math.ceil(usualMs * 1.1))), this.server.exited])
    if (this.server.hasExited) throw new Violation('the server ended by itself', { exitCode: this.server.exitCode })
    if (this.random.chance(0.3)) this.killPostgres()
    await this.server.kill()
    this.killedStarts += 1
  }

  private spawn(): StandaloneServer {
    return new StandaloneServer({
      dataDir: this.dataDir,
      port: this.port,
      env: {
        MILLRACE_LIMITS: 'off',
        MILLRACE_SCALINGS_PER_DAY_MAX: '100000',
        MILLRACE_STATE_DELAY_MS: String(this.random.pick([0, 20, 200])),
        // Small segments: kills come while they are rolled, removed, compacted and reused.
        MILLRACE_SEGMENT_BYTES: String(this.random.pick([1, 4, 128]) * 1024 * 1024),
        MILLRACE_LANES: String(this.random.pick([1, 2, 2, 3])),
        MILLRACE_TAIL_BYTES_MAX: String(this.random.pick([1, 8, 64]) * 1024 * 1024),
      },
    })
  }

  /** `tell` is called before anything that may keep the server, or Postgres, from answering. */
  async inflict(fault: Fault, tell: { readonly dying: () => void; readonly postgresAway: () => void }): Promise<void> {
    const server = this.server as StandaloneServer
    if (fault === 'killPostgresFirst' || fault === 'killPostgresChildFirst') {
      tell.postgresAway()
      this.killPostgres(fault === 'killPostgresChildFirst')
      await sleep(this.random.integer(0, 1500))
    }
    if (server.hasExited) throw new Violation('the server ended by itself', { exitCode: server.exitCode, fault })
    tell.dying()
    if (fault === 'stop') return this.stop(server)
    if (fault === 'killInDrain') {
      process.kill(server.pid, 'SIGTERM')
      await sleep(this.random.integer(0, 300))
    }
    if (fault === 'killAll') this.killPostgres()
    await server.kill()
  }

  private async stop(server: StandaloneServer): Promise<void> {
    const hasStopped = await Promise.race([server.stop().then(() => true), sleep(stopMsMax, false, { ref: false })])
    if (!hasStopped || server.exitCode !== 0)
      throw new Violation('SIGTERM does not end it well', { hasStopped, exitCode: server.exitCode })
  }

  private killPostgres(onlyChild = false): void {
    const pids = postgresPids(this.dataDir)
    if (pids.length === 0) return
    if (onlyChild && pids.length > 1) killPid(this.random.pick(pids.slice(1)))
    else if (pids[0] !== undefined) killPid(pids[0])
  }

  /** The end of a run: nothing is left running. */
  async end(): Promise<void> {
    if (this.server && !this.server.hasExited) await this.server.kill()
    for (const pid of postgresPids(this.dataDir)) killPid(pid)
  }
}
