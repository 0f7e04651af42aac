import { defaultListenerLimits } from '@millrace/aws-wire'

/** Segments, indexes, Postgres and the threads themselves; where few files may be open, half of them. */
const otherFilesMax = 1024

/**
 * Connections that each of `lanes` may have open. They share the process's files with the log, which could open no segment where
 * connections, though idle, have taken them all.
 */
export function connectionShare(openFilesMax: number, lanes: number): number {
  const forConnections = openFilesMax - Math.min(otherFilesMax, Math.ceil(openFilesMax / 2))
  return Math.min(defaultListenerLimits.connectionsMax, Math.max(1, Math.floor(forConnections / lanes)))
}

/** What the system lets this process open; Node has raised it at its start as far as it may. */
export function openFilesMax(): number {
  const report: DiagnosticReport = process.report
  report.excludeNetwork = true // names of peers would be looked up
  const { soft } = (report.getReport() as ReportOfLimits).userLimits?.open_files ?? {}
  return typeof soft === 'number' ? soft : Number.POSITIVE_INFINITY
}

interface DiagnosticReport {
  excludeNetwork?: boolean
  getReport(): object
}

interface ReportOfLimits {
  /** Not on Windows. */
  readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } }
}
