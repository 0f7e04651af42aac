import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '@millrace/service-kit'
import { findBinaries } from './binaries.js'
import { type Cluster, makeSocketDirectory, openCluster } from './cluster.js'
import { endPostmaster } from './end-process.js'
import { findPlace, type Place, type PlaceOptions } from './place.js'
import { Postmaster } from './postmaster.js'
import { removeStalePid, runningPostmaster } from './postmaster-pid.js'
import { socketPort } from './server-settings.js'

/** What a client needs, in the form that `pg` takes. */
export interface PostgresConnection {
  /** A folder: the socket is in it. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly ssl: false
}

export interface RunningPostgres {
  readonly connection: PostgresConnection
  /** The process that runs it now; undefined between two. */
  readonly pid: number | undefined
  /** Called each time when it serves again after it had died. */
  onRestart(listener: () => void): void
  /** Ends sessions, writes a checkpoint, ends it. Nothing of it runs afterwards. */
  stop(): Promise<void>
}

export interface StartOptions extends Partial<Pick<PlaceOptions, 'mayUseNamespace' | 'elsewhere'>> {
  /** Made when it is not there. Whoever starts Postgres must hold this folder: one that still runs in it is ended. */
  readonly directory: string
  readonly logger: Logger
}

/** After a kill the shared memory of the last run may be in use for a moment; what fails so often is broken. */
const firstStartAttempts = 5
const backoffMs = { first: 100, max: 5_000 }
/** Whoever runs so long starts from the first backoff again. */
const healthyMs = 30_000

/**
 * Makes, if needed, and starts the database; ends a server that an earlier process left behind.
 * @throws when it cannot be started, with the end of its log
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  const place = await findPlace({ binaries: findBinaries(), ...options })
  const cluster = await openCluster(place)
  await endLeftBehind(cluster, options.logger)
  const postgres = new SupervisedPostgres(place, cluster, options.logger)
  await postgres.start()
  return postgres
}

async function endLeftBehind({ dataDirectory }: Cluster, logger: Logger): Promise<void> {
  const pid = runningPostmaster(dataDirectory)
  if (pid !== undefined) {
    logger.info('ending a database server that an earlier run left behind', { pid })
    await endPostmaster(pid, () => runningPostmaster(dataDirectory) === pid)
  }
  removeStalePid(dataDirectory)
}

/** Starts the server again, with growing pauses, whenever it ends without having been asked to. */
class SupervisedPostgres implements RunningPostgres {
  readonly connection: PostgresConnection
  private readonly listeners: (() => void)[] = []
  private readonly stopping = new AbortController()
  private current: Postmaster | undefined
  private supervision: Promise<void> = Promise.resolve()

  constructor(
    private readonly place: Place,
    private readonly cluster: Cluster,
    private readonly logger: Logger,
  ) {
    const host = makeSocketDirectory(place)
    const { user, password } = cluster
    this.connection = { host, port: socketPort, user, password, database: 'postgres', ssl: false }
  }

  get pid(): number | undefined {
    return this.current?.pid
  }

  onRestart(listener: () => void): void {
    this.listeners.push(listener)
  }

  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const running = await this.run()
        this.supervision = this.supervise(running)
        return
      } catch (error) {
        if (attempt === firstStartAttempts) throw error
        await sleep(backoffMs.first * 2 ** attempt)
      }
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.current?.stop()
    await this.supervision
    rmSync(this.connection.host, { recursive: true, force: true })
  }

  private async run(): Promise<Postmaster> {
    const postmaster = new Postmaster(this.place, this.cluster, this.connection.host)
    this.current = postmaster
    try {
      await postmaster.ready()
      return postmaster
    } catch (error) {
      this.current = undefined
      throw error
    }
  }

  private async supervise(first: Postmaster): Promise<void> {
    let running: Postmaster | undefined = first
    let pauseMs = backoffMs.first
    while (!this.stopping.signal.aborted) {
      if (running !== undefined) {
        const startedAt = performance.now()
        const reason = await running.ended
        this.current = undefined
        if (this.stopping.signal.aborted) return
        this.logger.warn('the database server has died; starting it again', { reason })
        if (performance.now() - startedAt > healthyMs) pauseMs = backoffMs.first
      }
      await sleep(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined)
      pauseMs = Math.min(pauseMs * 2, backoffMs.max)
      running = await this.runAgain()
    }
  }

  /** Undefined when it did not come up. */
  private async runAgain(): Promise<Postmaster | undefined> {
    if (this.stopping.signal.aborted) return undefined
    try {
      const postmaster = await this.run()
      this.logger.info('the database server serves again', { pid: postmaster.pid })
      for (const listener of this.listeners) listener()
      return postmaster
    } catch (error) {
      if (!this.stopping.signal.aborted) this.logger.error('the database server could not be started', { error })
      return undefined
    }
  }
}
