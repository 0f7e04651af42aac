import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

/**
 * Applies the migrations under `prisma/migrations` that a database does not have yet: in the order of their names, each in a
 * transaction, recorded in `_prisma_migrations` as Prisma itself does, so that its tools see what they expect. Prisma's own command
 * would need its engine, a download. A lock keeps two starts apart; Prisma takes the same one.
 */
export async function migrate(url: string, folder: string = ownMigrations): Promise<readonly string[]> {
  const migrations = await readMigrations(folder)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaMigrateLock])
    await client.query(migrationsTable)
    const applied = await readApplied(client)
    refuseUnlessPrefix(migrations, applied)
    const pending = migrations.slice(applied.length)
    for (const migration of pending) await apply(client, migration)
    return pending.map((migration) => migration.name)
  } finally {
    await client.end()
  }
}

const ownMigrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const prismaMigrateLock = 72707369

const migrationsTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id varchar(36) NOT NULL PRIMARY KEY,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`

interface Migration {
  readonly name: string
  /** SHA-256 of the file, lower-case hex. */
  readonly checksum: string
}

async function readMigrations(folder: string): Promise<readonly (Migration & { readonly sql: string })[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function readApplied(client: pg.Client): Promise<readonly Migration[]> {
  const { rows } = await client.query<Migration>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  )
  return rows
}

/** What was applied must be the beginning of what we have: a changed file, or one that is not ours, means another history. */
function refuseUnlessPrefix(migrations: readonly Migration[], applied: readonly Migration[]): void {
  applied.forEach(({ name, checksum }, i) => {
    const ours = migrations[i]
    if (ours?.name !== name)
      throw new Error(`the database has migration ${name}, which this version of Millrace does not have here`)
    if (ours.checksum !== checksum) throw new Error(`migration ${name} was changed after it had been applied to the database`)
  })
}

async function apply(client: pg.Client, migration: Migration & { readonly sql: string }): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(migration.sql)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    )
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK')
    throw new Error(`migration ${migration.name} failed and was rolled back`, { cause: error })
  }
}
