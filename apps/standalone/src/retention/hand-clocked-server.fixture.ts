import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { AnswerReader, AnswerRoom, ByteBudget, type WireRequest } from '@millrace/aws-wire'
import { type ControlPlaneService, createControlPlane } from '@millrace/control-plane'
import { Lane, LaneMeters, rootAuthorizer } from '@millrace/data-plane'
import { type LaneLog, LogKeeper, memoryChannel, openLaneLog } from '@millrace/log-store-segment'
import { createLogger, loadConfig } from '@millrace/service-kit'
import { Signer, sha256Hex, startTestPostgres, type TestPostgres } from '@millrace/testkit'

const hourMs = 3_600_000
const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }
const mib = 1024 * 1024

/**
 * All of Millrace in one thread, on a clock that a test moves: the control plane on a real Postgres, one lane, and the log in a
 * real directory, asked through the API. Segments are small, so that files come and go.
 */
export class HandClockedServer {
  private constructor(
    private readonly postgres: TestPostgres,
    private readonly directory: string,
    private readonly clock: { nowMs(): number; ms: number },
    private readonly service: ControlPlaneService,
    readonly keeper: LogKeeper,
    private readonly store: LaneLog,
    private readonly lane: Lane,
  ) {}

  static async start(): Promise<HandClockedServer> {
    const clock = {
      ms: Date.UTC(2030, 0, 1),
      nowMs() {
        return this.ms
      },
    }
    const postgres = await startTestPostgres()
    const directory = mkdtempSync(path.join(tmpdir(), 'millrace-retention-'))
    const service = await startControlPlane(await postgres.createDatabase(), clock)
    const settings = { segmentBytes: 64 * 1024, segmentAgeMs: hourMs, reserveBytes: 0 }
    const opened = await LogKeeper.open({ directory, clock, settings })
    if (!opened.ok) throw new Error('a new directory is held by nobody')
    const [here, there] = memoryChannel()
    opened.value.attach(here)
    const store = await openLaneLog({ directory, channel: there, clock })
    const lane = laneOn(store, service, clock)
    await new Promise<void>((resolve) => {
      service.feed.watch((update) => {
        lane.apply(update)
        resolve()
      })
    })
    service.bindDataPlane({ seal: (_, keys) => lane.shards.seal(keys) })
    return new HandClockedServer(postgres, directory, clock, service, opened.value, store, lane)
  }

  /** The output of an operation that must succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: what an operation answers is what the tests look into; no type is promised.
  async call(operation: string, input: unknown): Promise<any> {
    const { status, body } = await this.lane.handle(this.request(operation, Buffer.from(JSON.stringify(input))))
    const bytes =
      body.kind === 'pieces' ? Buffer.concat([...body.pieces()]) : body.kind === 'bytes' ? Buffer.from(body.bytes) : ''
    if (status !== 200) throw new Error(`${operation} answered ${status} ${bytes.toString()}`)
    return bytes.length === 0 ? undefined : JSON.parse(bytes.toString())
  }

  /** A stream of one shard, or of more. */
  async activeStream(name: string, shards = 1): Promise<void> {
    await this.call('CreateStream', { StreamName: name, ShardCount: shards })
    await this.pass(1000)
  }

  /** Time goes by, and what is done at intervals is done. */
  async pass(ms: number): Promise<void> {
    this.clock.ms += ms
    await this.service.advance()
    this.lane.shards.trim()
    // What a lane and the keeper tell each other takes turns of the loop, and an exchange of segments takes ticks.
    for (let i = 0; i < 4; i++) {
      await this.store.tick()
      await this.keeper.tick()
      await new Promise(setImmediate)
    }
  }

  passHours(hours: number): Promise<void> {
    return this.pass(hours * hourMs)
  }

  nowSeconds(): number {
    return this.clock.ms / 1000
  }

  segmentFiles(): string[] {
    return readdirSync(path.join(this.directory, 'segments')).filter((name) => name.endsWith('.segment'))
  }

  async stop(): Promise<void> {
    await this.store.close()
    await this.keeper.close()
    await this.service.stop()
    await this.postgres.remove()
    rmSync(this.directory, { recursive: true })
  }

  private request(operation: string, body: Buffer): WireRequest {
    const bodySha256 = sha256Hex(body)
    const target = `Kinesis_20131202.${operation}`
    const toSign = { host: 'millrace', target, contentType: 'application/x-amz-json-1.1', bodySha256 }
    const headers = new Map(new Signer(credentials).headers(toSign, this.clock.ms))
    return {
      protocol: 'http/1.1',
      secure: false,
      remoteAddress: '127.0.0.1',
      method: 'POST',
      target: '/',
      headers: { get: (name) => headers.get(name), entries: () => headers },
      body,
      bodySha256,
      reader: new AnswerReader(),
      signal: new AbortController().signal,
    }
  }
}

function startControlPlane(databaseUrl: string, clock: { nowMs(): number }): Promise<ControlPlaneService> {
  const given = {
    MILLRACE_ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
    MILLRACE_ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    MILLRACE_LIMITS: 'off',
  }
  const loaded = loadConfig(given, tmpdir())
  if (!loaded.ok) throw new Error(loaded.error.join('\n'))
  const logger = createLogger({ write: () => {} })
  return createControlPlane({ databaseUrl, clock, config: loaded.value.config, lanes: 1, logger })
}

function laneOn(store: LaneLog, service: ControlPlaneService, clock: { nowMs(): number }): Lane {
  return new Lane({
    address: { node: 0, lane: 0 },
    store,
    controlPlane: service.controlPlane,
    authorizer: rootAuthorizer,
    clock,
    throughput: undefined,
    // Reads come from the log, as they do of what is hours old.
    tailBytesMax: 0,
    answerRoom: new AnswerRoom(new ByteBudget(ByteBudget.allocate(64 * mib))),
    onFault(fault) {
      throw fault
    },
    meters: new LaneMeters(),
  })
}
