/** The database could not be reached within the time that an operation may wait; whether the last attempt was carried out is unknown. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database is not reachable', { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** Prisma: not reachable, timed out, connection closed, no free connection, transaction lost, too many connections. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'])
/** Sockets, and SQLSTATEs of a server that shuts down, starts, or has crashed. */
const driverCodes = new Set(
  'ECONNREFUSED ECONNRESET EPIPE ENOENT ETIMEDOUT ENOTFOUND EAI_AGAIN 57P01 57P02 57P03 08000 08003 08006 53300'.split(' '),
)
/** What `pg` throws without a code. */
const driverTexts =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed|Connection ended/

/** The statement may or may not have been carried out, and the next attempt may meet a database that works. */
export function isConnectionFailure(error: unknown): boolean {
  for (let depth = 0, at = error; at instanceof Object && depth < 5; depth++) {
    const { code, originalCode, message, cause, meta } = at as Record<string, unknown>
    if ([code, originalCode].some((known) => prismaCodes.has(String(known)) || driverCodes.has(String(known)))) return true
    if (typeof message === 'string' && driverTexts.test(message)) return true
    at = cause ?? (meta as Record<string, unknown> | undefined)?.driverAdapterError
  }
  return false
}
