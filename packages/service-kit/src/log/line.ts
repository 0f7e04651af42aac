import { inspect } from 'node:util'
import type { LogEntry } from './logger.js'

/** One object: `time` (ISO 8601, UTC), `level`, `message`, then the fields. A field cannot replace these three. */
export function jsonLine({ atMs, level, message, fields }: LogEntry): string {
  const head = { time: new Date(atMs).toISOString(), level, message }
  return `${JSON.stringify({ ...head, ...fields, ...head }, jsonValue)}\n`
}

/** `12:34:56.789 warn  message field=value`; errors follow on lines of their own. */
export function textLine({ atMs, level, message, fields }: LogEntry): string {
  const entries = Object.entries(fields)
  const short = entries.filter(([, value]) => !(value instanceof Error)).map(([name, value]) => ` ${name}=${textValue(value)}`)
  const errors = entries.flatMap(([, value]) =>
    value instanceof Error ? [`\n  ${inspect(value).replaceAll('\n', '\n  ')}`] : [],
  )
  return `${new Date(atMs).toISOString().slice(11, 23)} ${level.padEnd(5)} ${message}${short.join('')}${errors.join('')}\n`
}

function jsonValue(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (!(value instanceof Error)) return value
  return {
    name: value.name,
    message: value.message,
    stack: value.stack,
    ...(value.cause === undefined ? {} : { cause: value.cause }),
  }
}

function textValue(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value, jsonValue) ?? 'undefined'
}
