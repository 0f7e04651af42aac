import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodedSequence } from './encoded-sequence.js'
import { sequenceNumberOf } from './sequence-number.js'

const hex = (digits: string): string => BigInt(`0x${digits}`).toString()

test('a sequence number of ours is read as what it encodes', () => {
  const text = sequenceNumberOf(1_700_000_000, 21, 5, 1_700_000_123_456)
  assert.deepEqual(encodedSequence(text), { creationSecond: 1_700_000_000, shard: 21, arrivalSecond: 1_700_000_123 })
})

test('a small number encodes the shard that its last digits are', () => {
  assert.deepEqual(encodedSequence('5'), { creationSecond: 0, shard: 5, arrivalSecond: 0 })
})

test('a shard with its highest bit set is negative, in versions 1 and 2', () => {
  for (const version of ['1', '2']) {
    assert.equal(encodedSequence(hex(`2000000000000000000000000000000000000080000000${version}`))?.shard, -0x80000000)
  }
})

test('no sequence number is another version, a negative counter, a date too large, or out of range', () => {
  const none = [
    '20000000000000000000000000000000000000000000000',
    '20000000000000000000000000000000000000000000004',
    '30000000000000000000000000000000000000000000001',
    '1ffffffffff7fffffffffffffff000000000007fffffff2',
    '20000000000800000000000000000000000000000000002',
    '13bb2cc3d80000000000000000000000',
    '23bb2cc3d807fffffffffffffff000000000007fffffff2',
    'f'.repeat(50),
  ]
  for (const digits of none) assert.equal(encodedSequence(hex(digits)), undefined, digits)
})
