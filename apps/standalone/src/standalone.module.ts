import type { Worker } from 'node:worker_threads'
import { type ControlPlaneService, createControlPlane } from '@millrace/control-plane'
import { defaultLanes, startLaneThreads } from '@millrace/data-plane'
import type { LogKeeper } from '@millrace/log-store-segment'
import { systemClock } from '@millrace/model'
import type { Config, Logger } from '@millrace/service-kit'
import { type DynamicModule, Module } from '@nestjs/common'
import { Admin } from './admin.js'
import { type DataDirectory, openDataDirectory, writeCredentials } from './data-directory.js'
import { databaseUrl } from './database-url.js'
import { openEndpoint } from './lanes.js'
import { LifeCycle } from './life-cycle.js'
import { type RunningPostgres, startPostgres } from './postgres/start-postgres.js'
import { joinInstallation, openKeeper } from './record-log.js'

/** What the process is made of; each token stands for one running part. */
export const part = {
  directory: Symbol('data directory'),
  keeper: Symbol('keeper of the record log'),
  postgres: Symbol('postgres'),
  controlPlane: Symbol('control plane'),
  laneThreads: Symbol('threads of the lanes'),
  endpoint: Symbol('endpoint'),
} as const

@Module({})
class StandaloneModule {}

/** All services in one process, their ports bound to one another. A part is started when what it needs runs, and stopped before it. */
export function standaloneModule(config: Config, life: LifeCycle, logger: Logger): DynamicModule {
  const lanes = config.lanes ?? defaultLanes()
  return {
    module: StandaloneModule,
    providers: [
      { provide: LifeCycle, useValue: life },
      { provide: part.laneThreads, useFactory: () => startLaneThreads(lanes) },
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
      { provide: Admin, useFactory: () => new Admin() },
      {
        provide: part.endpoint,
        inject: [LifeCycle, part.directory, part.keeper, part.controlPlane, Admin, part.laneThreads],
        useFactory: (
          life: LifeCycle,
          directory: DataDirectory,
          keeper: LogKeeper,
          service: ControlPlaneService,
          admin: Admin,
          threads: readonly Worker[],
        ) => openEndpoint(life, { directory, keeper, service, admin }, threads, config, logger),
      },
    ],
  }
}
