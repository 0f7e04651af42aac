import pg from 'pg'
import type { TableSchema } from './datamodel.fixture.js'

/** The tables of a database, but for Prisma's own, from Postgres's catalogue. */
export async function introspect(url: string): Promise<ReadonlyMap<string, TableSchema>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class
       WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'`,
    )
    const tables = new Map<string, TableSchema>()
    for (const { name } of rows) tables.set(name, await introspectTable(client, name))
    return tables
  } finally {
    await client.end()
  }
}

async function introspectTable(client: pg.Client, table: string): Promise<TableSchema> {
  const columns = await client.query<{ name: string; text: string }>(columnsQuery, [table])
  const keys = await client.query<{ kind: string; text: string }>(keysQuery, [table])
  const ofKind = (kind: string) => keys.rows.filter((key) => key.kind === kind).map((key) => key.text)
  return {
    columns: Object.fromEntries(columns.rows.map(({ name, text }) => [name, text])),
    primaryKey: ofKind('primary')[0],
    uniqueIndexes: ofKind('unique').sort(),
    indexes: ofKind('index').sort(),
    foreignKeys: ofKind('foreign').sort(),
  }
}

const columnsQuery = `
  SELECT attname AS name,
    format_type(atttypid, atttypmod)
      || coalesce((SELECT '(' || string_agg(enumlabel, ', ' ORDER BY enumsortorder) || ')' FROM pg_enum WHERE enumtypid = atttypid), '')
      || CASE WHEN attnotnull THEN ' not null' ELSE '' END
      || coalesce(' default ' || regexp_replace(pg_get_expr(adbin, adrelid), '^''(.*)''::.*$', '\\1'), '') AS text
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`

const keysQuery = `
  SELECT CASE WHEN indisprimary THEN 'primary' WHEN indisunique THEN 'unique' ELSE 'index' END AS kind,
    (SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(indkey) WITH ORDINALITY AS key (number, place)
      JOIN pg_attribute ON attrelid = indrelid AND attnum = key.number) AS text
  FROM pg_index WHERE indrelid = $1::regclass
  UNION ALL
  SELECT 'foreign',
    (SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (number, place)
      JOIN pg_attribute ON attrelid = conrelid AND attnum = key.number)
    || ' -> ' || confrelid::regclass || '('
    || (SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS key (number, place)
      JOIN pg_attribute ON attrelid = confrelid AND attnum = key.number)
    || ') on delete ' || CASE confdeltype WHEN 'c' THEN 'cascade' WHEN 'a' THEN 'noaction' WHEN 'r' THEN 'restrict' WHEN 'n' THEN 'setnull' END
  FROM pg_constraint WHERE contype = 'f' AND conrelid = $1::regclass`
