import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountId, limits, type Region, type StreamId, type StreamName } from '@millrace/model'
import fc from 'fast-check'
import { type IteratorPosition, openIterator, sealIterator } from './shard-iterator.js'

const key = Buffer.alloc(32, 7)
const plain = { noNullPrototype: true }
const position = fc.record(
  {
    createdMs: fc.integer({ min: 0, max: 2 ** 45 }),
    streamId: fc.stringMatching(/^[0-9a-f]{32}$/) as unknown as fc.Arbitrary<StreamId>,
    streamName: fc.stringMatching(/^[a-zA-Z0-9_.-]{1,128}$/) as unknown as fc.Arbitrary<StreamName>,
    account: fc.stringMatching(/^[0-9]{12}$/) as unknown as fc.Arbitrary<AccountId>,
    region: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,59}$/) as unknown as fc.Arbitrary<Region>,
    shard: fc.integer({ min: 0, max: 0x7fffffff }),
    from: fc.oneof(
      fc.record({ kind: fc.constant('offset' as const), offset: fc.integer({ min: 0, max: 2 ** 50 }) }, plain),
      fc.record({ kind: fc.constant('timestamp' as const), arrivalMs: fc.integer({ min: 0, max: 2 ** 45 }) }, plain),
    ),
  },
  plain,
) as fc.Arbitrary<IteratorPosition>

test('an iterator has room for the longest region beside a stream’s name of any length', () => {
  const region = 'r'.repeat(limits.regionCharactersMax) as Region
  const [sample] = fc.sample(position, { numRuns: 1, seed: 1 })
  for (let length = 1; length <= 128; length++) {
    const wanted = { ...(sample as IteratorPosition), region, streamName: 'n'.repeat(length) as StreamName }
    assert.deepEqual(openIterator(sealIterator(wanted, key), key), wanted)
  }
})

test('an iterator gives its position back, in AWS’s form', () => {
  fc.assert(
    fc.property(position, (wanted) => {
      const text = sealIterator(wanted, key)
      const bytes = Buffer.from(text, 'base64')
      assert.ok(text.length <= 512)
      assert.equal(bytes.toString('hex', 0, 8), '0000000000000001')
      assert.equal((bytes.length - 152) % 16, 0)
      assert.deepEqual(openIterator(text, key), wanted)
      assert.deepEqual(openIterator(`"${text}"`, key), wanted)
    }),
  )
})

test('an iterator that was tampered with, cut, or sealed by another key is none', () => {
  fc.assert(
    fc.property(position, fc.nat(), fc.integer({ min: 1, max: 255 }), (wanted, at, flip) => {
      const bytes = Buffer.from(sealIterator(wanted, key), 'base64')
      assert.equal(openIterator(bytes.toString('base64'), Buffer.alloc(32, 8)), undefined)
      assert.equal(openIterator(bytes.subarray(0, bytes.length - 16).toString('base64'), key), undefined)
      bytes[at % bytes.length] ^= flip
      assert.equal(openIterator(bytes.toString('base64'), key), undefined)
    }),
  )
})

test('text that is not the base64 of any token is none', () => {
  for (const text of ['', '"', 'AAAA', 'not base64!', 'A'.repeat(600)]) assert.equal(openIterator(text, key), undefined)
})
