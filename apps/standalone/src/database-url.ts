import type { PostgresConnection } from './postgres/start-postgres.js'

/** The connection as a URL; the host is a folder with the socket in it. */
export function databaseUrl({ host, port, user, password, database }: PostgresConnection): string {
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  return `postgresql://${credentials}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
}
