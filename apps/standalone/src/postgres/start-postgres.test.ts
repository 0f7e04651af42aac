import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger, type Logger } from '@millrace/service-kit'
import pg from 'pg'
import { type PostgresConnection, type RunningPostgres, type StartOptions, startPostgres } from './start-postgres.js'

const isRoot = process.getuid?.() === 0
const temporary: string[] = []
after(() => {
  for (const directory of temporary) rmSync(directory, { recursive: true, force: true })
})

/** As `mktemp -d`: only its owner may enter it. */
function temporaryDirectory(): string {
  const directory = mkdtempSync('/tmp/mr-pg-')
  temporary.push(directory)
  return directory
}

function silent(lines: string[] = []): Logger {
  return createLogger({ format: 'json', write: (line) => lines.push(line) })
}

function start(directory: string, options: Partial<StartOptions> = {}): Promise<RunningPostgres> {
  return startPostgres({ directory, logger: silent(), ...options })
}

async function query(connection: PostgresConnection, sql: string): Promise<unknown[]> {
  const client = new pg.Client(connection)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Processes that work in the data directory: the postmaster and all that it started. */
function processesIn(directory: string): number[] {
  const data = realpathSync(join(directory, 'data'))
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === data
      } catch {
        return false
      }
    })
}

test('a database outlives its server, under a folder that only its owner may enter', async () => {
  const directory = join(temporaryDirectory(), 'data, "dir"', 'postgres')
  const first = await start(directory)
  await query(first.connection, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()
  assert.deepEqual(processesIn(directory), [])
  const second = await start(directory)
  assert.deepEqual(await query(second.connection, 'SELECT answer FROM kept'), [{ answer: 42 }])
  await second.stop()
})

test('it syncs to disk, listens on no network, and asks for a password that only its owner may read', async () => {
  const directory = temporaryDirectory()
  const postgres = await start(directory)
  const settings = await query(
    postgres.connection,
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses') ORDER BY name",
  )
  assert.deepEqual(settings, [
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'listen_addresses', setting: '' },
    { name: 'synchronous_commit', setting: 'on' },
  ])
  await assert.rejects(query({ ...postgres.connection, password: 'guess' }, 'SELECT 1'), /password authentication failed/)
  assert.equal(statSync(join(directory, 'password')).mode & 0o777, 0o600)
  assert.equal(statSync(postgres.connection.host).mode & 0o777, 0o700)
  await postgres.stop()
})

test('it leads a session of its own, so that Ctrl-C at the terminal does not reach it', async () => {
  const postgres = await start(temporaryDirectory())
  const session = readFileSync(`/proc/${postgres.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3]
  assert.equal(Number(session), postgres.pid)
  await postgres.stop()
})

test('a data directory with a path too long for a socket gets a short folder for it, which goes with the server', async () => {
  const directory = join(temporaryDirectory(), 'x'.repeat(120))
  const postgres = await start(directory)
  assert.deepEqual(await query(postgres.connection, 'SELECT 1 AS one'), [{ one: 1 }])
  assert.ok(postgres.connection.host.length < 90)
  await postgres.stop()
  assert.ok(!existsSync(postgres.connection.host))
})

test('a server that is killed is started again, keeps what was committed, and says so', async () => {
  const directory = temporaryDirectory()
  const postgres = await start(directory)
  await query(postgres.connection, 'CREATE TABLE kept AS SELECT 7 AS answer')
  for (const signal of ['SIGKILL', 'SIGQUIT', 'SIGINT'] as const) {
    const before = postgres.pid
    const restarted = new Promise<void>((resolve) => postgres.onRestart(resolve))
    assert.ok(before !== undefined)
    process.kill(before, signal)
    await restarted
    assert.notEqual(postgres.pid, before)
    assert.deepEqual(await query(postgres.connection, 'SELECT answer FROM kept'), [{ answer: 7 }])
  }
  await postgres.stop()
  assert.deepEqual(processesIn(directory), [])
})

test('a stop while it waits to be started again leaves nothing running', async () => {
  const directory = temporaryDirectory()
  const postgres = await start(directory)
  process.kill(postgres.pid ?? 0, 'SIGKILL')
  while (postgres.pid !== undefined) await sleep(1)
  await postgres.stop()
  await sleep(300)
  assert.deepEqual(processesIn(directory), [])
})

test('the next start ends a server that was left behind by SIGKILL, and keeps what was committed', async () => {
  const directory = temporaryDirectory()
  const orphan = await leaveBehind(directory)
  assert.ok(processesIn(directory).includes(orphan))
  const lines: string[] = []
  const postgres = await start(directory, { logger: silent(lines) })
  assert.match(lines.join(''), /left behind/)
  assert.notEqual(postgres.pid, orphan)
  assert.ok(!processesIn(directory).includes(orphan))
  assert.deepEqual(await query(postgres.connection, 'SELECT answer FROM kept'), [{ answer: 1 }])
  await postgres.stop()
})

test('the next start succeeds where both we and the postmaster were killed', async () => {
  const directory = temporaryDirectory()
  process.kill(await leaveBehind(directory), 'SIGKILL')
  const postgres = await start(directory)
  assert.deepEqual(await query(postgres.connection, 'SELECT answer FROM kept'), [{ answer: 1 }])
  await postgres.stop()
})

test('a process that got the number of a postmaster that is gone is left alone, and does not stop the start', async () => {
  const directory = temporaryDirectory()
  await (await start(directory)).stop()
  const stranger = spawn('sleep', ['60'])
  writeFileSync(
    join(directory, 'data', 'postmaster.pid'),
    `${stranger.pid}\n${directory}/data\n1\n5432\n${directory}/run\n\n0 0\nready\n`,
  )
  const postgres = await start(directory)
  assert.equal(stranger.exitCode, null)
  stranger.kill()
  await postgres.stop()
})

test('an initialisation that was interrupted is repeated', async () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'data.partial', 'base'), { recursive: true })
  const postgres = await start(directory)
  assert.deepEqual(await query(postgres.connection, 'SELECT 1 AS one'), [{ one: 1 }])
  await postgres.stop()
})

test('a server that cannot start is refused with the reason that Postgres gives', async () => {
  const directory = temporaryDirectory()
  await (await start(directory)).stop()
  writeFileSync(join(directory, 'data', 'PG_VERSION'), '12\n')
  await assert.rejects(start(directory), /incompatible with server/)
})

const needsRoot = isRoot ? {} : { skip: 'only root has to run Postgres as somebody else' }

test('where name spaces are refused, root runs it as another user, here where that user can reach it', needsRoot, async () => {
  const parent = temporaryDirectory()
  execFileSync('chmod', ['755', parent])
  const directory = join(parent, 'postgres')
  const lines: string[] = []
  const options = { logger: silent(lines), mayUseNamespace: false, elsewhere: join(parent, 'elsewhere') }
  const first = await start(directory, options)
  assert.match(lines.join(''), /as another user/)
  assert.notEqual(statSync(`/proc/${first.pid}`).uid, 0)
  assert.notEqual(statSync(join(directory, 'data')).uid, 0)
  await query(first.connection, 'CREATE TABLE kept AS SELECT 3 AS answer')
  await first.stop()
  const second = await start(directory, { ...options, mayUseNamespace: true })
  assert.deepEqual(await query(second.connection, 'SELECT answer FROM kept'), [{ answer: 3 }])
  await second.stop()
})

test(
  'where that user cannot reach the folder, it lies elsewhere, is found again, and a factory reset does not meet it',
  needsRoot,
  async () => {
    const elsewhereParent = temporaryDirectory()
    execFileSync('chmod', ['755', elsewhereParent])
    const elsewhere = join(elsewhereParent, 'elsewhere')
    const directory = join(temporaryDirectory(), 'postgres')
    const lines: string[] = []
    const options = { logger: silent(lines), mayUseNamespace: false, elsewhere }
    const first = await start(directory, options)
    assert.match(lines.join(''), /in another folder/)
    await query(first.connection, 'CREATE TABLE kept AS SELECT 5 AS answer')
    await first.stop()
    const second = await start(directory, options)
    assert.deepEqual(await query(second.connection, 'SELECT answer FROM kept'), [{ answer: 5 }])
    await second.stop()
    rmSync(directory, { recursive: true })
    const third = await start(directory, options)
    await assert.rejects(query(third.connection, 'SELECT answer FROM kept'), /does not exist/)
    await third.stop()
  },
)

test('a database made in a name space goes on as another user where name spaces are now refused', needsRoot, async () => {
  const parent = temporaryDirectory()
  execFileSync('chmod', ['755', parent])
  const directory = join(parent, 'postgres')
  const first = await start(directory)
  await query(first.connection, 'CREATE TABLE kept AS SELECT 9 AS answer')
  await first.stop()
  const second = await start(directory, { mayUseNamespace: false, elsewhere: join(parent, 'elsewhere') })
  assert.deepEqual(await query(second.connection, 'SELECT answer FROM kept'), [{ answer: 9 }])
  await second.stop()
})

/** Starts a server from a process that is then killed, and gives the number of the postmaster that goes on. */
async function leaveBehind(directory: string): Promise<number> {
  const program = `
    const { startPostgres } = await import(${JSON.stringify(new URL('start-postgres.js', import.meta.url).href)})
    const { createLogger } = await import(${JSON.stringify(import.meta.resolve('@millrace/service-kit'))})
    const { default: pg } = await import(${JSON.stringify(import.meta.resolve('pg'))})
    const postgres = await startPostgres({ directory: ${JSON.stringify(directory)}, logger: createLogger() })
    const client = new pg.Client(postgres.connection)
    await client.connect()
    await client.query('CREATE TABLE kept AS SELECT 1 AS answer')
    console.log(postgres.pid)
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
  child.kill('SIGKILL')
  return Number(line)
}
