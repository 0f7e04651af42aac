import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ZeroAhead } from './zero-ahead.js'

const kib = 1024
const bytesOf = (buffers: readonly Buffer[]) => buffers.reduce((sum, { length }) => sum + length, 0)

test('a segment that holds little takes no more ahead than it holds', () => {
  const ahead = new ZeroAhead(0, 1024 * kib)
  assert.equal(bytesOf(ahead.behind(4 * kib, 5 * kib)), 5 * kib)
})

test('steps grow with the segment, end with it, and are not written twice', () => {
  const ahead = new ZeroAhead(0, 1024 * kib)
  let steps = 0
  let writtenBytes = 0
  for (let at = 4 * kib; at < 1024 * kib; at += kib) {
    const bytes = bytesOf(ahead.behind(at, at + kib))
    if (bytes === 0) continue
    assert.ok(at + kib > writtenBytes, 'what was written ahead is used first')
    writtenBytes = at + kib + bytes
    steps++
  }
  assert.equal(writtenBytes, 1024 * kib)
  assert.ok(steps < 10, `${steps} steps`)
})

test('nothing is written ahead in a file whose blocks are there, until they end', () => {
  const ahead = new ZeroAhead(100 * kib, 1024 * kib)
  assert.equal(bytesOf(ahead.behind(4 * kib, 100 * kib)), 0)
  assert.ok(bytesOf(ahead.behind(100 * kib, 101 * kib)) > 0)
})

test('a large write is not doubled by zeros', () => {
  const ahead = new ZeroAhead(0, 1024 * kib)
  assert.equal(bytesOf(ahead.behind(4 * kib, 500 * kib)), 0)
})
