import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { metrics } from './metrics.js'

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')

test('docs/metrics.md has a row for every metric, in this order and of this type, and for no other', () => {
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (counter|gauge|histogram) \|/gm)].map(([, name, type]) => [name, type])
  assert.deepEqual(
    rows,
    Object.entries(metrics).map(([name, { type }]) => [name, type]),
  )
})

test('names end as Prometheus wants them: counters in _total, times in _seconds', () => {
  for (const [name, { type }] of Object.entries(metrics)) {
    assert.equal(name.endsWith('_total'), type === 'counter', name)
    assert.ok(type !== 'histogram' || name.endsWith('_seconds'), name)
  }
})
