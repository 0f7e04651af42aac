import type { PortRpc } from '@millrace/rpc'
import type { AdminAnswers } from '../admin/admin-paths.js'

/** What a lane has to say; the main thread writes it. */
export interface LaneLogEntry {
  readonly lane: number
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

export function sendLog(main: PortRpc, lane: number) {
  return (level: LaneLogEntry['level'], message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    const entry: LaneLogEntry = { lane, level, message, fields: cloneable(fields) }
    main.emit('log', entry)
  }
}

/** Errors of any class cross to another thread as their text. */
function cloneable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? errorText(value) : value]),
  )
}

function errorText(error: Error): string {
  return error.stack ?? error.message
}

/** /health and /metrics are the process's: the main thread knows. */
export function remoteAdmin(main: PortRpc): AdminAnswers {
  return {
    health: () => main.call('health', undefined),
    metrics: () => main.call('metrics', undefined),
  }
}
