/** A family of figures, as Prometheus has it. Units stand in the name, base units only: seconds, bytes. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
}

/** By name. */
export type MetricTable = Readonly<Record<string, Metric>>

/** A figure of a family; a plain value, so that it crosses to another thread. What has one name and equal labels is added up. */
export interface Sample<Name extends string = string> {
  readonly metric: Name
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number | HistogramValue
}

export interface HistogramValue {
  /** Upper bounds, rising. */
  readonly bounds: readonly number[]
  /** Of each bound what lies at or under it and over the one before; behind them what lies over the last. */
  readonly counts: readonly number[]
  readonly sum: number
}

export function counter(help: string): Metric {
  return { type: 'counter', help }
}

export function gauge(help: string): Metric {
  return { type: 'gauge', help }
}

export function histogram(help: string): Metric {
  return { type: 'histogram', help }
}
