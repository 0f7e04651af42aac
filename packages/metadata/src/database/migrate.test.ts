import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import pg from 'pg'
import { migrate } from './migrate.prisma.js'

let postgres: TestPostgres
let folder: string
before(async () => {
  postgres = await startTestPostgres()
  folder = await mkdtemp(join(tmpdir(), 'millrace-migrations-'))
})
after(async () => {
  await postgres.remove()
  await rm(folder, { recursive: true })
})

async function folderWith(migrations: Readonly<Record<string, string>>): Promise<string> {
  const made = await mkdtemp(join(folder, 'set-'))
  for (const [name, sql] of Object.entries(migrations)) {
    await mkdir(join(made, name))
    await writeFile(join(made, name, 'migration.sql'), sql)
  }
  await writeFile(join(made, 'migration_lock.toml'), 'provider = "postgresql"\n')
  return made
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

const first = { '1_first': 'CREATE TABLE a (x integer); INSERT INTO a VALUES (1);' }
const second = { '2_second': 'INSERT INTO a VALUES (2);' }

test('migrations are applied in the order of their names, each once', async () => {
  const url = await postgres.createDatabase()
  assert.deepEqual(await migrate(url, await folderWith(first)), ['1_first'])
  const both = await folderWith({ ...second, ...first })
  assert.deepEqual(await migrate(url, both), ['2_second'])
  assert.deepEqual(await migrate(url, both), [])
  assert.deepEqual(await query(url, 'SELECT x FROM a ORDER BY x'), [{ x: 1 }, { x: 2 }])
})

test('a migration is recorded as Prisma records it', async () => {
  const url = await postgres.createDatabase()
  await migrate(url, await folderWith(first))
  const [row] = await query(url, 'SELECT * FROM _prisma_migrations')
  assert.match(String(row.id), /^[0-9a-f-]{36}$/)
  assert.equal(row.checksum, createHash('sha256').update(first['1_first']).digest('hex'))
  assert.equal(row.migration_name, '1_first')
  assert.ok(row.finished_at instanceof Date && row.started_at instanceof Date)
  assert.deepEqual([row.logs, row.rolled_back_at, row.applied_steps_count], [null, null, 1])
})

test('a migration that was changed after it had been applied is refused, and so is one that is not ours', async () => {
  const url = await postgres.createDatabase()
  await migrate(url, await folderWith({ ...first, ...second }))
  const changed = await folderWith({ ...first, '2_second': 'INSERT INTO a VALUES (3);' })
  await assert.rejects(migrate(url, changed), /2_second was changed after it had been applied/)
  await assert.rejects(migrate(url, await folderWith(first)), /has migration 2_second, which this version/)
  await assert.rejects(migrate(url, await folderWith({ ...first, '0_before': '', ...second })), /has migration 1_first, which/)
})

test('a migration that fails leaves nothing behind and may be mended', async () => {
  const url = await postgres.createDatabase()
  const broken = await folderWith({ ...first, '2_second': 'INSERT INTO a VALUES (2); INSERT INTO missing VALUES (2);' })
  await assert.rejects(migrate(url, broken), /2_second failed and was rolled back/)
  assert.deepEqual(await query(url, 'SELECT x FROM a'), [{ x: 1 }])
  assert.deepEqual(await migrate(url, await folderWith({ ...first, ...second })), ['2_second'])
})

test('of several starts at once one migrates', async () => {
  const url = await postgres.createDatabase()
  const set = await folderWith({ ...first, ...second })
  const applied = await Promise.all([migrate(url, set), migrate(url, set), migrate(url, set)])
  assert.deepEqual(applied.flat().sort(), ['1_first', '2_second'])
})

test('the migrations of this package are each named by a time and applied to an empty database', async () => {
  const own = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
  const names = (await readdir(own)).filter((name) => name !== 'migration_lock.toml').sort()
  for (const name of names) assert.match(name, /^[0-9]{14}_[a-z0-9_]+$/)
  assert.deepEqual(await migrate(await postgres.createDatabase()), names)
  assert.match(await readFile(join(own, 'migration_lock.toml'), 'utf8'), /postgresql/)
})
