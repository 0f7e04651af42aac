import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestPostgres } from '@millrace/testkit'
import pg from 'pg'
import { type Datamodel, schemaOf, type TableSchema } from './datamodel.fixture.js'
import { introspect } from './introspection.fixture.js'
import { migrate } from './migrate.prisma.js'

/** Migrations are written by hand, and the client is made from the Prisma schema: here the two are held against each other. */
let postgres: TestPostgres
let expected: ReadonlyMap<string, TableSchema>
let migrated: ReadonlyMap<string, TableSchema>
before(async () => {
  postgres = await startTestPostgres()
  const url = await postgres.createDatabase()
  await migrate(url)
  const datamodel = JSON.parse(
    await readFile(new URL('../../src/generated/datamodel.json', import.meta.url), 'utf8'),
  ) as Datamodel
  expected = schemaOf(datamodel)
  migrated = await introspect(url)
})
after(() => postgres.remove())

test('the migrated database has the tables of the Prisma schema and no others', () => {
  assert.deepEqual([...migrated.keys()].sort(), [...expected.keys()].sort())
})

for (const part of ['columns', 'primaryKey', 'uniqueIndexes', 'indexes', 'foreignKeys'] as const) {
  test(`every table has the ${part} of the Prisma schema`, () => {
    for (const [name, table] of expected) assert.deepEqual(migrated.get(name)?.[part], table[part], name)
  })
}

test('what only the database has is noticed', async () => {
  const url = await postgres.createDatabase()
  await migrate(url)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query("ALTER TABLE streams ALTER name DROP NOT NULL, ALTER mode SET DEFAULT 'PROVISIONED', ADD extra integer")
  await client.query(
    'ALTER TABLE stream_tags DROP CONSTRAINT stream_tags_account_region_stream_id_fkey; DROP INDEX streams_id_key',
  )
  await client.end()
  const changed = await introspect(url)
  const { name, mode, extra } = changed.get('streams')?.columns ?? {}
  assert.deepEqual([name, mode, extra], ['text', 'stream_mode(PROVISIONED, ON_DEMAND) not null default PROVISIONED', 'integer'])
  assert.deepEqual(changed.get('streams')?.uniqueIndexes, ['account, region, name'])
  assert.deepEqual(changed.get('stream_tags')?.foreignKeys, [])
})
