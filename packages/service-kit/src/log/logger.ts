/** Structured logs: a message that never changes, and fields that do. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** Values that JSON has, and errors. Put nothing secret in. */
export type LogFields = Readonly<Record<string, unknown>>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger
}

export interface LogEntry {
  readonly atMs: number
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}
