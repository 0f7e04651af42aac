import { Database, migrate, PrismaInstallationRepository, PrismaStreamRepository, type RootCredentials } from '@millrace/metadata'
import type { AccountId, Clock } from '@millrace/model'
import type { Logger } from '@millrace/service-kit'
import type { ClusterStateFeed, ControlPlane, DataPlane } from '@millrace/streams'
import { CallRates } from './call-rate/call-rates.js'
import { spreadOverLanes } from './cluster-state/shard-placement.js'
import { StatePublisher } from './cluster-state/state-publisher.js'
import { StreamUpdates } from './cluster-state/stream-updates.js'
import type { ControlPlaneConfig } from './config.js'
import { credentialEntry, makeRootCredentials } from './installation/root-credentials.js'
import { type ControlPlaneSample, controlPlaneSamples } from './metrics/control-plane-metrics.js'
import { OperationDispatcher } from './operation/operation-dispatcher.js'
import { operationTable } from './operation/operation-table.js'
import { NextTokens } from './pagination/next-tokens.js'
import { ReshardEngine } from './reshard/reshard-engine.js'
import { ShardExpiry } from './shard/shard-expiry.js'
import { ImmediateStates } from './stream/immediate-states.js'
import { StatusClock } from './stream/status-clock.js'
import { StreamDirectory } from './stream/stream-directory.js'
import { StreamWriter } from './stream/stream-writer.js'
import { DataKeys, keyBytes, masterKeyName } from './stream-encryption/data-keys.js'

export interface ControlPlaneOptions {
  readonly databaseUrl: string
  readonly clock: Clock
  readonly config: ControlPlaneConfig
  /** Lanes that own shards, all of one node. */
  readonly lanes: number
  readonly logger: Logger
  /** How long a change waits for a database that is away; default: as long as a crash of it and the recovery take. */
  readonly databasePatienceMs?: number
}

/** The control plane as a composition holds it. */
export interface ControlPlaneService {
  readonly controlPlane: ControlPlane
  readonly feed: ClusterStateFeed
  readonly rootCredentials: RootCredentials
  /** UUID of the installation. */
  readonly clusterId: string
  /** The record log that belongs to this database; undefined where none was bound yet. */
  readonly logId: string | undefined
  bindLog(logId: string): Promise<void>
  /** Reshards are carried out while it is bound; what is returned lets it go. */
  bindDataPlane(dataPlane: DataPlane): () => Promise<void>
  /** For metrics. */
  samples(): readonly ControlPlaneSample[]
  /** Begins to end the states of streams when their time is over, to carry out reshards, and to remove shards that have expired. */
  start(): void
  /** Ends what is due now; what `start` does by itself. */
  advance(): Promise<void>
  /** Waits for the change that is being stored and closes the database. */
  stop(): Promise<void>
}

/** Migrates the database, makes what a first start makes, and reads all streams. */
export async function createControlPlane(options: ControlPlaneOptions): Promise<ControlPlaneService> {
  const { databaseUrl, clock, config, lanes, logger, databasePatienceMs } = options
  const applied = await migrate(databaseUrl)
  if (applied.length > 0) logger.info('migrated the database', { applied })
  const onConnectionLost = (reason: string) => logger.warn('lost a connection to the database', { reason })
  const database = new Database(databaseUrl, onConnectionLost, databasePatienceMs)
  const installation = new PrismaInstallationRepository(database)
  const { clusterId, logId, rootCredentials, iteratorKey, tokenKey, dataKeys } = await readInstallation(installation, config)

  const directory = new StreamDirectory()
  const secrets = { credentials: [credentialEntry(rootCredentials)], iteratorKey }
  const placement = spreadOverLanes(lanes)
  const publisher = new StatePublisher(secrets, new StreamUpdates(placement, dataKeys), logger)
  const writer = new StreamWriter(new PrismaStreamRepository(database), directory, publisher, logger)
  const { stateDelayMs } = config
  const statusClock = new StatusClock(directory, writer, clock, logger, stateDelayMs)
  const reshardEngine = new ReshardEngine({ directory, writer, placement, clock, logger, stateDelayMs })
  const timed = [statusClock, reshardEngine, new ShardExpiry(writer, clock, logger)]
  writer.onSettled = () => {
    statusClock.schedule()
    reshardEngine.schedule()
  }
  await statusClock.advance()
  const tokens = new NextTokens(tokenKey, clock)
  const rates = new CallRates(clock, config.rateLimits === 'on', config)
  const dispatcher = new OperationDispatcher(operationTable({ directory, writer, tokens, clock, config, dataKeys }), rates)
  return {
    controlPlane: stateDelayMs === 0 ? new ImmediateStates(dispatcher, statusClock) : dispatcher,
    feed: publisher,
    rootCredentials,
    clusterId,
    logId,
    bindLog: (id) => installation.bindLog(id),
    samples: () => controlPlaneSamples(directory),
    bindDataPlane: (dataPlane) => reshardEngine.bind(dataPlane),
    start() {
      for (const one of timed) one.start()
    },
    async advance() {
      for (const one of timed) await one.advance()
    },
    async stop() {
      for (const one of timed) one.stop()
      await writer.drain()
      await database.close()
    },
  }
}

async function readInstallation(installation: PrismaInstallationRepository, config: ControlPlaneConfig) {
  const account = config.accountId as AccountId
  const { rootAccessKeyId: accessKeyId, rootSecretAccessKey: secretAccessKey } = config
  const given = accessKeyId && secretAccessKey ? { account, accessKeyId, secretAccessKey } : undefined
  const rootCredentials = await installation.rootCredentials(given ?? makeRootCredentials(account), given !== undefined)
  const clusterId = await installation.clusterId()
  const logId = await installation.logId()
  const iteratorKey = await installation.secret('iterator', 32)
  const tokenKey = await installation.secret('next-token', 32)
  const dataKeys = new DataKeys(await installation.secret(masterKeyName, keyBytes))
  return { clusterId, logId, rootCredentials, iteratorKey, tokenKey, dataKeys }
}
