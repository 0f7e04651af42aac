import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LatencyHistogram } from './latency-histogram.js'

test('a quantile is never below the true one and at most 4 % above it', () => {
  const histogram = new LatencyHistogram()
  const micros = Array.from({ length: 10_000 }, (_, i) => 1 + Math.floor(1.0015 ** i))
  for (const value of micros) histogram.add(value)
  for (const share of [0.01, 0.5, 0.9, 0.99, 1]) {
    const exact = (micros[Math.ceil(micros.length * share) - 1] as number) / 1000
    const found = histogram.quantileMs(share)
    assert.ok(found >= exact && found <= exact * 1.04 + 0.001, `${share}: ${found} for ${exact}`)
  }
})

test('without latencies every quantile is 0', () => {
  assert.equal(new LatencyHistogram().quantileMs(0.99), 0)
})
