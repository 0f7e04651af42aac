import { err, ok, type Result } from '@millrace/model'

/**
 * Database and record log belong together: one beside the other's stranger would be a server that has lost half of what it knows,
 * and would begin to delete what it does not know. Ok: they do, or both are new and may be bound.
 */
export function checkInstallation(parts: {
  /** Of the log in the data directory. */
  readonly logId: string
  readonly logIsEmpty: boolean
  /** What the database was bound to; undefined for a new one. */
  readonly boundLogId: string | undefined
}): Result<void, string> {
  const { logId, logIsEmpty, boundLogId } = parts
  if (boundLogId === logId) return ok(undefined)
  if (boundLogId !== undefined)
    return err(`the database belongs to the record log ${boundLogId}, but the data directory has ${logId}`)
  if (logIsEmpty) return ok(undefined)
  return err(`the record log ${logId} holds streams, but the database is new and knows nothing of them`)
}
