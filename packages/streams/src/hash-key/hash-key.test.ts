import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ShardEntry } from '../ports/cluster-state.js'
import { hashKeyMax, hashKeyToWords, parseHashKey } from './hash-key.js'
import { md5Words } from './md5.js'
import { RouteTable } from './route-table.js'

function wordsToBigint(words: Uint32Array): bigint {
  return words.reduce((value, word) => (value << 32n) | BigInt(word), 0n)
}

test('MD5 of any key equals the native digest, in one block and in several', () => {
  const out = new Uint32Array(4)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(10), (bytes, from) => {
      const start = Math.min(from, bytes.length)
      md5Words(bytes, start, bytes.length, out)
      const expected = BigInt(`0x${createHash('md5').update(bytes.subarray(start)).digest('hex')}`)
      assert.equal(wordsToBigint(out), expected)
    }),
  )
})

test('a hash key above 2^128 − 1 is none', () => {
  assert.equal(parseHashKey('340282366920938463463374607431768211455'), hashKeyMax)
  assert.equal(parseHashKey('340282366920938463463374607431768211456'), undefined)
})

const entry = (index: number, start: bigint, closed: boolean): ShardEntry => ({
  index,
  startingHashKey: String(start),
  endingHashKey: '0',
  creationSecond: 1,
  owner: { node: 0, lane: 0 },
  ...(closed ? { closedSecond: 2 } : {}),
})

test('routing finds the last open shard that starts at or before the key', () => {
  const key = fc.bigInt({ min: 0n, max: hashKeyMax })
  const words = new Uint32Array(4)
  fc.assert(
    fc.property(fc.uniqueArray(key, { maxLength: 20 }), key, (starts, wanted) => {
      const open = [0n, ...starts.filter((start) => start > 0n)]
      const table = RouteTable.of([entry(999, wanted, true), ...open.map((start, index) => entry(index, start, false))])
      hashKeyToWords(wanted, words)
      const expected = open.filter((start) => start <= wanted).reduce((a, b) => (b > a ? b : a))
      assert.equal(table.shards[table.find(words)].startingHashKey, String(expected))
    }),
  )
})

test('a stream without open shards routes nowhere', () => {
  assert.equal(RouteTable.of([]).find(new Uint32Array(4)), -1)
})
