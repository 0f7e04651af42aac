import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashKeyMax } from './hash-key.js'
import { evenHashRanges } from './hash-range.js'

test('three shards split the keys where AWS splits them', () => {
  assert.deepEqual(
    evenHashRanges(3).map(({ start, end }) => [String(start), String(end)]),
    [
      ['0', '113427455640312821154458202477256070484'],
      ['113427455640312821154458202477256070485', '226854911280625642308916404954512140969'],
      ['226854911280625642308916404954512140970', '340282366920938463463374607431768211455'],
    ],
  )
})

test('even ranges cover all keys without gap or overlap, and none is empty', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), (count) => {
      const ranges = evenHashRanges(count)
      assert.equal(ranges.length, count)
      assert.equal(ranges[0].start, 0n)
      assert.equal(ranges[count - 1].end, hashKeyMax)
      for (const [i, { start, end }] of ranges.entries()) {
        assert.ok(start <= end)
        if (i > 0) assert.equal(start, ranges[i - 1].end + 1n)
      }
    }),
    { numRuns: 50 },
  )
})
