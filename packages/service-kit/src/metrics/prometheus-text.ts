import type { HistogramValue, MetricTable, Sample } from './metric.js'

/** What `GET /metrics` answers: a family for each metric that has samples, in the order of the table. */
export function prometheusText(table: MetricTable, samples: readonly Sample[]): string {
  const byMetric = new Map<string, Map<string, Sample['value']>>()
  for (const { metric, labels, value } of samples) {
    const sums = byMetric.get(metric) ?? new Map<string, Sample['value']>()
    byMetric.set(metric, sums)
    const text = labelText(labels)
    sums.set(text, added(sums.get(text), value))
  }
  const families = Object.entries(table).flatMap(([name, { type, help }]) => {
    const sums = byMetric.get(name)
    if (!sums) return []
    return [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...[...sums].flatMap(([labels, value]) => lines(name, labels, value)),
    ]
  })
  return `${families.join('\n')}\n`
}

function lines(name: string, labels: string, value: Sample['value']): string[] {
  if (typeof value === 'number') return [`${name}${braced(labels)} ${value}`]
  let count = 0
  const buckets = value.counts.map((inBucket, i) => {
    count += inBucket
    return `${name}_bucket${braced(labels, `le="${value.bounds[i] ?? '+Inf'}"`)} ${count}`
  })
  return [...buckets, `${name}_sum${braced(labels)} ${value.sum}`, `${name}_count${braced(labels)} ${count}`]
}

function added(sum: Sample['value'] | undefined, value: Sample['value']): Sample['value'] {
  if (sum === undefined) return value
  if (typeof sum === 'number' && typeof value === 'number') return sum + value
  if (typeof sum === 'number' || typeof value === 'number') throw new Error('a metric is either a histogram or none')
  return addedHistograms(sum, value)
}

function addedHistograms(one: HistogramValue, other: HistogramValue): HistogramValue {
  const counts = one.counts.map((count, i) => count + other.counts[i])
  return { bounds: one.bounds, counts, sum: one.sum + other.sum }
}

function braced(...labels: readonly string[]): string {
  const text = labels.filter(Boolean).join(',')
  return text === '' ? '' : `{${text}}`
}

function labelText(labels: Sample['labels']): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(',')
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, (character) => `\\${character}`).replace(/\n/g, '\\n')
}
