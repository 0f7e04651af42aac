import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { BodyCollector, emptyBody, wholeBody } from './body-collector.js'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

test('gives back the bytes and their hash, however they were cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100_000 }), { minLength: 1, maxLength: 8 }), (chunks) => {
      const whole = Buffer.concat(chunks)
      const collector = new BodyCollector(whole.length)
      for (const chunk of chunks) collector.add(Buffer.from(chunk))
      const { bytes, sha256: hashed } = collector.finish()
      assert.deepEqual([bytes.equals(whole), hashed], [true, sha256(whole)])
    }),
    { numRuns: 30 },
  )
})

test('allocates for what has come, not for what was announced', () => {
  const collector = new BodyCollector(16 * 1024 * 1024)
  collector.add(Buffer.alloc(30_000))
  assert.ok(collector.finish().bytes.buffer.byteLength <= 4 * 30_000)
})

test('gives bodies of which nobody else has the memory', () => {
  const [one, other] = [new BodyCollector(10), new BodyCollector(10)]
  const chunk = Buffer.from('0123456789')
  one.add(chunk)
  other.add(chunk)
  const buffers = [chunk, one.finish().bytes, other.finish().bytes].map((bytes) => bytes.buffer)
  assert.equal(new Set(buffers).size, 3)
})

test('hashes what is empty and what came whole', () => {
  assert.equal(emptyBody().sha256, sha256(Buffer.alloc(0)))
  assert.equal(wholeBody(Buffer.from('abc')).sha256, sha256(Buffer.from('abc')))
})
