import pg from 'pg'
import type { PostgresConnection } from './start-postgres.js'

/**
 * The id that says which record log this database belongs to. The log keeps the same id; a start compares the two, because a
 * database beside another log's records would be a server that has lost half of what it knows.
 */
export async function readClusterId(connection: PostgresConnection): Promise<string | undefined> {
  return withClient(connection, async (client) => {
    const exists = await client.query("SELECT to_regclass('cluster.identity') AS name")
    if (exists.rows[0]?.name === null) return undefined
    const { rows } = await client.query<{ id: string }>('SELECT id FROM cluster.identity')
    return rows[0]?.id
  })
}

/**
 * Says it once; a second id is refused by the table.
 * @param id a UUID
 */
export async function writeClusterId(connection: PostgresConnection, id: string): Promise<void> {
  await withClient(connection, async (client) => {
    await client.query('BEGIN')
    await client.query('CREATE SCHEMA IF NOT EXISTS cluster')
    await client.query(
      'CREATE TABLE IF NOT EXISTS cluster.identity (id uuid NOT NULL, only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one))',
    )
    await client.query('INSERT INTO cluster.identity (id) VALUES ($1)', [id])
    await client.query('COMMIT')
  })
}

async function withClient<T>(connection: PostgresConnection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
