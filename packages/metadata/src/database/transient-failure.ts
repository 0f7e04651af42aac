/** The database did not work within the time that an operation may wait; whether the last attempt was carried out is unknown. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database is not available', { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** Prisma: not reachable, timed out, connection closed, no free connection, transaction lost, too many connections. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'])
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
/** SQLSTATE classes: connection, transaction rolled back, resources (the disk is full), operator (shut down, starting), system. */
const serverCodes = /^(08|40|53|57|58)[0-9A-Z]{3}$/
/** What `pg` throws without a code. */
const driverTexts =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed|Connection ended/

/** As the driver adapter names a socket's errors, of which it drops the code. */
const adapterKinds = new Set(['ConnectionClosed', 'DatabaseNotReachable', 'SocketTimeout', 'TooManyConnections'])

/** The statement may or may not have been carried out, and a later attempt may meet a database that works. */
export function isTransient(error: unknown): boolean {
  for (let depth = 0, at = error; at instanceof Object && depth < 5; depth++) {
    const { code, originalCode, kind, message, cause, meta } = at as Record<string, unknown>
    if ([code, originalCode].some(isTransientCode) || adapterKinds.has(String(kind)) || driverTexts.test(String(message)))
      return true
    at = cause ?? (meta as Record<string, unknown> | undefined)?.driverAdapterError
  }
  return false
}

function isTransientCode(code: unknown): boolean {
  return typeof code === 'string' && (prismaCodes.has(code) || socketCodes.has(code) || serverCodes.test(code))
}
