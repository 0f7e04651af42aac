import type { DiskFigures } from '../machine/disk-probe.js'
import type { RowFailure, RowFigures } from '../run-target.js'

const mib = 1024 * 1024

/** The figures as Markdown: a line for each row and target. */
export function figuresTable(figures: readonly RowFigures[], disk: DiskFigures): string {
  const header = [
    ...['row', 'server', 'streams × shards', 'connections', 'batch', 'seconds'],
    ...[
      'MiB/s',
      'records/s',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'max ms',
      'CPU server',
      'CPU generator',
      'CPU others',
      '% of disk',
      'errors',
    ],
  ]
  return table(
    header,
    figures.map((each) => lineOf(each, disk)),
  )
}

function lineOf(figures: RowFigures, disk: DiskFigures): string[] {
  const { row, target } = figures
  const isPut = row.operation === 'PutRecord' || row.operation === 'PutRecords'
  // What a subscriber is pushed as fast as he takes it was asked for at no moment.
  const isPushedFromLog = row.operation === 'SubscribeToShard' && row.readsFrom !== undefined
  const mebibytes = perSecond(figures, figures.payloadBytes) / mib
  return [
    row.name,
    target,
    `1 × ${row.shards}`,
    row.protocol === 'h2' ? `1 (${row.slots} streams)` : String(row.slots),
    row.operation === 'GetRecords' ? '10,000' : isPushedFromLog ? 'to 1 MiB' : String(row.recordsPerRequest),
    (figures.measuredMs / 1000).toFixed(0),
    mebibytes.toFixed(1),
    whole(perSecond(figures, figures.records)),
    figures.duePerSecond === undefined ? whole(perSecond(figures, figures.requests)) : `${whole(figures.duePerSecond)} due`,
    isPushedFromLog ? '–' : figures.p50Ms.toFixed(1),
    isPushedFromLog ? '–' : figures.p99Ms.toFixed(1),
    isPushedFromLog ? '–' : figures.maxMs.toFixed(1),
    cores(figures.serverCpuMs, figures.measuredMs),
    cores(figures.cpuMs, figures.measuredMs),
    cores(figures.othersCpuMs, figures.measuredMs),
    isPut && target === 'millrace' ? `${((mebibytes * 100) / disk.perMebibyte).toFixed(0)} %` : '',
    figures.errors === 0 ? '0' : `${figures.errors}: ${figures.errorSamples[0]?.replaceAll('|', '/').slice(0, 80)}`,
  ]
}

/** How many times a peer's requests per second Millrace does, row by row. */
export function ratiosTable(figures: readonly RowFigures[]): string {
  const peers = [...new Set(figures.map(({ target }) => target))].filter((target) => target !== 'millrace')
  const own = figures.filter(
    ({ target, row, duePerSecond }) => target === 'millrace' && row.compared && duePerSecond === undefined,
  )
  const lines = own.map((each) => [
    each.row.name,
    ...peers.map((peer) => {
      const other = figures.find(({ target, row }) => target === peer && row.name === each.row.name)
      const rate = other && perSecond(other, other.records)
      return rate ? `${(perSecond(each, each.records) / rate).toFixed(1)} ×` : ''
    }),
  ])
  return peers.length === 0 ? '' : table(['Millrace does, in records/s, as many times', ...peers], lines)
}

export function failuresList(failures: readonly RowFailure[]): string {
  return failures.map(({ row, target, reason }) => `- ${target}, ${row.name}: ${reason}`).join('\n')
}

function table(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...lines.map(line)].join('\n')
}

function perSecond({ measuredMs }: RowFigures, count: number): number {
  return (count * 1000) / measuredMs
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function cores(cpuMs: number | undefined, measuredMs: number): string {
  return cpuMs === undefined ? '–' : `${((cpuMs * 100) / measuredMs).toFixed(0)} %`
}
