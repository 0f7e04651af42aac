import { type ControlPlaneService, createControlPlane } from '@millrace/control-plane'
import { defaultLanes, type Lanes, launchLanes } from '@millrace/data-plane'
import type { LogKeeper } from '@millrace/log-store-segment'
import { systemClock } from '@millrace/model'
import type { Config, Logger } from '@millrace/service-kit'
import { type DynamicModule, Module } from '@nestjs/common'
import { type DataDirectory, openDataDirectory, writeCredentials } from './data-directory.js'
import { databaseUrl } from './database-url.js'
import { LifeCycle } from './life-cycle.js'
import { type RunningPostgres, startPostgres } from './postgres/start-postgres.js'
import { joinInstallation, openKeeper } from './record-log.js'

/** What the process is made of; each token stands for one running part. */
export const part = {
  directory: Symbol('data directory'),
  keeper: Symbol('keeper of the record log'),
  postgres: Symbol('postgres'),
  controlPlane: Symbol('control plane'),
  lanes: Symbol('lanes'),
} as const

/** All services in one process, their ports bound to one another. A part is started when what it needs runs, and stopped before it. */
@Module({})
export class StandaloneModule {
  static of(config: Config, logger: Logger): DynamicModule {
    const lanes = config.lanes ?? defaultLanes()
    return {
      module: StandaloneModule,
      providers: [
        { provide: LifeCycle, useFactory: () => new LifeCycle(logger) },
        { provide: part.directory, useFactory: () => openDataDirectory(config.dataDirectory) },
        {
          provide: part.keeper,
          inject: [LifeCycle, part.directory],
          useFactory: (life: LifeCycle, directory: DataDirectory) => openKeeper(life, directory, config, logger),
        },
        {
          // After the keeper: whoever starts Postgres must hold the data directory.
          provide: part.postgres,
          inject: [LifeCycle, part.directory, part.keeper],
          useFactory: async (life: LifeCycle, directory: DataDirectory) => {
            const postgres = await startPostgres({ directory: directory.postgres, logger: logger.child({ part: 'postgres' }) })
            life.onStop('postgres', () => postgres.stop())
            return postgres
          },
        },
        {
          provide: part.controlPlane,
          inject: [LifeCycle, part.postgres, part.directory, part.keeper],
          useFactory: async (life: LifeCycle, postgres: RunningPostgres, directory: DataDirectory, keeper: LogKeeper) => {
            const url = databaseUrl(postgres.connection)
            const service = await createControlPlane({ databaseUrl: url, clock: systemClock, config, lanes, logger })
            life.onStop('control plane', () => service.stop())
            await joinInstallation(service, keeper)
            writeCredentials(directory.credentials, service.rootCredentials)
            service.start()
            return service
          },
        },
        {
          provide: part.lanes,
          inject: [LifeCycle, part.controlPlane, part.directory, part.keeper],
          useFactory: async (
            life: LifeCycle,
            { controlPlane, feed }: ControlPlaneService,
            directory: DataDirectory,
            keeper: LogKeeper,
          ) => {
            const running: Lanes = await launchLanes({
              lanes,
              host: config.host,
              port: config.port,
              tls: { certificatePem: '', keyPem: '' },
              limited: config.rateLimits === 'on',
              requestBytesMax: config.requestBytesMax,
              responseBytesMax: config.responseBytesMax,
              tailBytesMax: config.tailBytesMax,
              drainMs: config.drainMs,
              adminAtEndpoint: config.adminAddress === undefined,
              logDirectory: directory.log,
              attachToKeeper: (_, port) => keeper.attach(port),
              controlPlane,
              feed,
              admin: { health: async () => ({ ready: true, body: '{}' }), metrics: async () => '' },
              onLog: ({ lane, level, message, fields }) => logger[level](message, { lane, ...fields }),
              onDeath: (error) => {
                logger.error('a lane has died', { error })
                process.exit(1)
              },
            })
            life.onStop('lanes', () => running.stop())
            return running
          },
        },
      ],
    }
  }
}
