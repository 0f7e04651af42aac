import type { Worker } from 'node:worker_threads'
import type { ControlPlaneService } from '@millrace/control-plane'
import { type Lanes, launchLanes } from '@millrace/data-plane'
import type { LogKeeper } from '@millrace/log-store-segment'
import { systemClock, throughputOf } from '@millrace/model'
import { type Config, type Logger, LoopHold, processSamples } from '@millrace/service-kit'
import type { Admin } from './admin.js'
import { listenForAdmin } from './admin-listener.js'
import { type Certificate, keepRenewed, openCertificate } from './certificate.js'
import type { DataDirectory } from './data-directory.js'
import type { LifeCycle } from './life-cycle.js'
import { logSamples } from './log-metrics.js'
import { mainLoopSamples } from './main-loop-metrics.js'
import { StartRefused } from './start-refused.js'

/** What the lanes are joined to. */
export interface LaneNeighbours {
  readonly directory: DataDirectory
  readonly keeper: LogKeeper
  readonly service: ControlPlaneService
  readonly admin: Admin
}

export interface Endpoint {
  readonly port: number
  readonly certificate: Certificate
}

/** Starts the lanes and what belongs to their listeners. The last part that starts, and the first that stops. */
export async function openEndpoint(
  life: LifeCycle,
  neighbours: LaneNeighbours,
  threads: readonly Worker[],
  config: Config,
  logger: Logger,
): Promise<Endpoint> {
  const { directory, keeper, service, admin } = neighbours
  const open = () => openCertificate(config, directory.tls, systemClock)
  const certificate = await open()
  const running = await launch(neighbours, certificate, threads, config, logger).catch((error: NodeJS.ErrnoException) => {
    if (error.syscall !== 'listen') throw error
    throw new StartRefused(`cannot listen on ${config.host}:${config.port}: ${error.code}`)
  })
  life.onStop('lanes', () => running.stop())
  life.onStop('resharding', service.bindDataPlane(running.dataPlane))
  life.onStop(
    'certificate',
    keepRenewed(certificate, open, systemClock, (identity) => running.renewTls(identity)),
  )
  if (config.adminAddress) life.onStop('admin listener', await listenForAdmin(config.adminAddress, admin, logger))
  const hold = new LoopHold()
  admin.setReady(async () => [
    ...service.samples(),
    ...(await running.samples()),
    ...mainLoopSamples(hold),
    ...logSamples(keeper),
    ...processSamples(),
  ])
  life.onStop('readiness', () => admin.setStopping())
  return { port: running.port, certificate }
}

function launch(
  { directory, keeper, service, admin }: LaneNeighbours,
  { identity }: Certificate,
  threads: readonly Worker[],
  config: Config,
  logger: Logger,
): Promise<Lanes> {
  const { host, port, requestBytesMax, responseBytesMax, tailBytesMax, drainMs, hangMs } = config
  return launchLanes({
    threads,
    host,
    port,
    tls: identity,
    throughput: config.rateLimits === 'on' ? throughputOf(config) : undefined,
    requestBytesMax,
    responseBytesMax,
    tailBytesMax,
    drainMs,
    hangMs,
    adminAtEndpoint: config.adminAddress === undefined,
    logDirectory: directory.log,
    attachToKeeper: (_, channel) => keeper.attach(channel),
    controlPlane: service.controlPlane,
    feed: service.feed,
    admin,
    onLog: ({ lane, level, message, fields }) => logger[level](message, { lane, ...fields }),
    onDeath(error) {
      logger.error('a lane has died', { error })
      process.exit(1)
    },
    async onHang({ end, ...known }) {
      logger.error('a lane hangs', known)
      if (await end()) process.exit(1)
      process.kill(process.pid, 'SIGKILL')
    },
  })
}
