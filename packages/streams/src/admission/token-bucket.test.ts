import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TokenBucket } from './token-bucket.js'

test('admits a second of the rate at once, then no more until time passes', () => {
  const bucket = new TokenBucket(5, 0)
  let admitted = 0
  for (let i = 0; i < 20; i++) {
    if (!bucket.has(0)) continue
    bucket.take(1)
    admitted++
  }
  assert.equal(admitted, 5)
  assert.equal(bucket.has(199), true)
})

test('goes into debt for one large amount and delays what follows', () => {
  const bucket = new TokenBucket(1_048_576, 0)
  assert.ok(bucket.has(0))
  bucket.take(10 * 1_048_576)
  assert.equal(bucket.has(8_999), false)
  assert.equal(bucket.has(9_001), true)
})

test('never holds more than a second of the rate', () => {
  const bucket = new TokenBucket(10, 1_000)
  assert.ok(bucket.has(1_000_000))
  bucket.take(10)
  assert.equal(bucket.has(1_000_000), false)
})

test('a clock that is set back gives nothing, and time counts from there', () => {
  const bucket = new TokenBucket(10, 1_000_000)
  bucket.take(10)
  assert.equal(bucket.has(500), false)
  assert.equal(bucket.has(600), true)
})
