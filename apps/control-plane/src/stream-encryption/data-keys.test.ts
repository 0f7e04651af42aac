import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamMetadata } from '@millrace/metadata'
import { stream } from '../stream/stream.fixture.js'
import { DataKeys } from './data-keys.js'

const dayMs = 86_400_000
const keys = new DataKeys(new Uint8Array(32).fill(7))
const plain = stream('orders')
const once = { ...plain, dataKeys: keys.renewed(plain, 0, 24) }

const unwrapped = (held: StreamMetadata, by = keys) => held.dataKeys.map((key) => by.unwrapped(held, key))

test('every start makes a key of its own, with a number that no other had', () => {
  const twice = { ...once, dataKeys: keys.renewed(once, 1, 24) }
  const [first, second] = unwrapped(twice)
  assert.deepEqual([first?.id, second?.id], [1, 2])
  assert.equal(first?.key.length, 32)
  assert.notDeepEqual(first?.key, second?.key)
  assert.deepEqual(first, unwrapped(once)[0], 'a key stays what it was')
})

test('what is stored of a key does not hold it', () => {
  const [{ key } = { key: new Uint8Array() }] = unwrapped(once)
  assert.equal(Buffer.from(once.dataKeys[0]?.wrapped ?? []).indexOf(key.subarray(0, 8)), -1)
})

test('a key is not to be had by another master key, nor in the row of another stream or number', () => {
  assert.throws(() => unwrapped(once, new DataKeys(new Uint8Array(32))))
  assert.throws(() => unwrapped({ ...once, id: stream('other').id }))
  assert.throws(() => unwrapped({ ...once, dataKeys: once.dataKeys.map((key) => ({ ...key, id: 2 })) }))
})

test('a key goes when every record that it encrypted is older than any may be, and its number is not given again', () => {
  const twice = { ...once, dataKeys: keys.renewed(once, 10 * dayMs, 48) }
  const ids = (nowMs: number) => keys.renewed(twice, nowMs, 48).map(({ id }) => id)
  assert.deepEqual(ids(13 * dayMs), [1, 2, 3], 'until the second was made the first was in use')
  assert.deepEqual(ids(13 * dayMs + 1), [2, 3])
  assert.deepEqual(ids(1000 * dayMs), [2, 3])
})
