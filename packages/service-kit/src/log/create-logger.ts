import { type Clock, systemClock } from '@millrace/model'
import { jsonLine, textLine } from './line.js'
import { type LogEntry, type LogFields, type Logger, type LogLevel, logLevels } from './logger.js'

export interface LoggerOptions {
  readonly level?: LogLevel
  /** `auto`: text where stderr is a terminal, JSON lines elsewhere. */
  readonly format?: 'auto' | 'json' | 'text'
  readonly clock?: Clock
  /** Takes whole lines. Default: stderr, so that stdout carries only what a program is asked for. */
  readonly write?: (line: string) => void
}

export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', format = 'auto', clock = systemClock, write = (line) => void process.stderr.write(line) } = options
  const toLine = format === 'text' || (format === 'auto' && process.stderr.isTTY) ? textLine : jsonLine
  return loggerWith({}, { leastSeverity: logLevels.indexOf(level), clock, write: (entry) => write(toLine(entry)) })
}

interface Sink {
  readonly leastSeverity: number
  readonly clock: Clock
  write(entry: LogEntry): void
}

function loggerWith(common: LogFields, sink: Sink): Logger {
  const at = (level: LogLevel) => {
    if (logLevels.indexOf(level) < sink.leastSeverity) return () => {}
    return (message: string, fields?: LogFields) =>
      sink.write({ atMs: sink.clock.nowMs(), level, message, fields: { ...common, ...fields } })
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => loggerWith({ ...common, ...fields }, sink),
  }
}
