import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrivalMsIn } from './arrival-time.js'

const second = 1_700_000_000
const secondMs = second * 1000

test('a record arrives when the clock says', () => {
  assert.equal(arrivalMsIn({ creationSecond: second }, secondMs + 1_234), secondMs + 1_234)
})

test('no record arrives before the first second of its shard', () => {
  assert.equal(arrivalMsIn({ creationSecond: second }, secondMs - 3_600_000), secondMs)
})

test('until the seal comes, records of a shard that is to be closed belong to its last second', () => {
  const shard = { creationSecond: second - 10, closesSecond: second }
  assert.equal(arrivalMsIn(shard, secondMs - 1), secondMs - 1)
  assert.equal(arrivalMsIn(shard, secondMs + 998), secondMs + 998)
  for (const lateMs of [999, 1_000, 1_007, 5_999]) assert.equal(arrivalMsIn(shard, secondMs + lateMs), secondMs + 999)
})

test('where the seal does not come, records tell the true time again', () => {
  assert.equal(arrivalMsIn({ creationSecond: second - 10, closesSecond: second }, secondMs + 6_000), secondMs + 6_000)
})
