import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SequenceDigits } from './sequence-digits.js'
import { endingSequenceNumber, parseSequenceNumber, sequenceNumberOf, startingSequenceNumber } from './sequence-number.js'

const second = fc.integer({ min: 1_400_000_000, max: 2_500_000_000 })
const shard = fc.integer({ min: 0, max: 0x7fffffff })
const offset = fc.integer({ min: 0, max: 2 ** 50 })

test('a sequence number gives back shard, offset and arrival', () => {
  fc.assert(
    fc.property(second, shard, offset, second, (creation, index, at, arrival) => {
      const text = sequenceNumberOf(creation, index, at, arrival * 1000 + 7)
      assert.match(text, /^49[0-9]{54}$/)
      assert.deepEqual(parseSequenceNumber(text), {
        creationSecond: creation,
        shard: index,
        counter: BigInt(at) + 1n,
        arrivalSecond: arrival,
      })
    }),
  )
})

test('numbers of a shard order as its offsets, between the start and the end of the shard', () => {
  fc.assert(
    fc.property(second, shard, offset, (creation, index, at) => {
      const first = BigInt(sequenceNumberOf(creation, index, at, (creation + 9) * 1000))
      const next = BigInt(sequenceNumberOf(creation, index, at + 1, (creation + 8) * 1000))
      assert.ok(BigInt(startingSequenceNumber(creation, index)) < first)
      assert.ok(first < next)
      assert.ok(next < BigInt(endingSequenceNumber(creation, index, creation)))
    }),
  )
})

test('the starts of neighbouring initial shards lie as far apart as in AWS', () => {
  const apart = BigInt(startingSequenceNumber(1_500_000_000, 1)) - BigInt(startingSequenceNumber(1_500_000_000, 0))
  assert.equal(apart, 22300745198530623141535718272648361505980432n)
})

test('the digits of a run equal the numbers one by one', () => {
  const target = Buffer.alloc(60)
  fc.assert(
    fc.property(second, shard, offset, fc.integer({ min: 0, max: 1 << 20 }), (creation, index, at, position) => {
      new SequenceDigits(creation, index, at, creation * 1000).write(position, target, 2)
      assert.equal(target.toString('latin1', 2, 58), sequenceNumberOf(creation, index, at + position, creation * 1000))
    }),
  )
})

test('numbers that no shard has given are refused', () => {
  const good = BigInt(sequenceNumberOf(1_500_000_000, 3, 12, 1_500_000_001_000))
  assert.equal(parseSequenceNumber('0'), undefined)
  assert.equal(parseSequenceNumber(String(good + 1n)), undefined)
  assert.equal(parseSequenceNumber(String(good + (1n << 144n))), undefined, 'shard nibble disagrees')
  assert.equal(parseSequenceNumber(String(good | (255n << 72n))), undefined, 'reserved byte')
  assert.equal(parseSequenceNumber(`${good}0`), undefined)
})
