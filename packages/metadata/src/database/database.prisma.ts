import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/client.js'
import { DatabaseUnavailable, isTransient } from './transient-failure.js'

/** How long an operation waits for a database that restarts: a crash and the recovery after it take about two seconds. */
const patienceDefaultMs = 5_000
const retryDelayMs = 100
const connectionsMax = 5

/** The database, as one service's repositories use it. */
export class Database {
  readonly client: PrismaClient
  private readonly pool: pg.Pool

  /** `onConnectionLost` is told of every connection that breaks; the pool replaces it. */
  constructor(
    url: string,
    onConnectionLost: (reason: string) => void,
    private readonly patienceMs = patienceDefaultMs,
  ) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: connectionsMax,
      connectionTimeoutMillis: 2_000,
      statement_timeout: 30_000,
    })
    this.pool.on('error', (error) => onConnectionLost(error.message))
    const onConnectionError = (error: Error) => onConnectionLost(error.message)
    this.client = new PrismaClient({ adapter: new PrismaPg(this.pool, { onConnectionError }) })
  }

  /**
   * Runs `work`, and again while the database is away or cannot, as long as its patience lasts. So `work` must be safe to repeat
   * after it may have been done. Throws DatabaseUnavailable when the time is over.
   */
  async run<T>(work: (client: PrismaClient) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.patienceMs
    for (;;) {
      try {
        return await work(this.client)
      } catch (error) {
        if (!isTransient(error)) throw error
        if (performance.now() > deadline) throw new DatabaseUnavailable(error)
        await sleep(retryDelayMs)
      }
    }
  }

  async close(): Promise<void> {
    await this.client.$disconnect()
    await this.pool.end()
  }
}
