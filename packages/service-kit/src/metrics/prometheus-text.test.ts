import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecondsHistogram } from './histogram.js'
import { counter, gauge, histogram, type Sample } from './metric.js'
import { prometheusText } from './prometheus-text.js'

const table = {
  requests_total: counter('Requests.'),
  open: gauge('Open connections.'),
  wait_seconds: histogram('Waiting.'),
}

test('a family in the order of the table, with what it says and what type it is; none without samples', () => {
  const samples: Sample[] = [
    { metric: 'open', labels: { lane: 0 }, value: 1 },
    { metric: 'requests_total', labels: {}, value: 7 },
    { metric: 'open', labels: { lane: 1 }, value: 0 },
  ]
  assert.equal(
    prometheusText(table, samples),
    [
      '# HELP requests_total Requests.',
      '# TYPE requests_total counter',
      'requests_total 7',
      '# HELP open Open connections.',
      '# TYPE open gauge',
      'open{lane="0"} 1',
      'open{lane="1"} 0',
      '',
    ].join('\n'),
  )
})

test('what has equal labels is added up, numbers and histograms', () => {
  const [one, other] = [new SecondsHistogram(), new SecondsHistogram()]
  one.observe(0.0005)
  other.observe(0.0005)
  other.observe(100)
  const text = prometheusText(table, [
    { metric: 'requests_total', labels: { code: 'ok' }, value: 2 },
    { metric: 'requests_total', labels: { code: 'ok' }, value: 3 },
    { metric: 'wait_seconds', labels: {}, value: one.value() },
    { metric: 'wait_seconds', labels: {}, value: other.value() },
  ])
  for (const line of [
    'requests_total{code="ok"} 5',
    'wait_seconds_bucket{le="0.00025"} 0',
    'wait_seconds_bucket{le="0.0005"} 2',
    'wait_seconds_bucket{le="10"} 2',
    'wait_seconds_bucket{le="+Inf"} 3',
    'wait_seconds_sum 100.001',
    'wait_seconds_count 3',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} in\n${text}`)
  }
})

test('quotes, backslashes and line ends in labels are escaped', () => {
  const text = prometheusText(table, [{ metric: 'open', labels: { name: 'a"b\\c\nd' }, value: 1 }])
  assert.ok(text.includes('open{name="a\\"b\\\\c\\nd"} 1\n'))
})
