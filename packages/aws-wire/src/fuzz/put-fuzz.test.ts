import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FuzzCounts, fuzzPuts } from './put-fuzz.js'

test('the scan of a put finds what the interpreter finds, in whatever body it takes', () => {
  const counts: FuzzCounts = { scanned: 0, valid: 0, refused: 0 }
  for (let seed = 1; seed <= 3000; seed++) fuzzPuts(seed, counts)
  assert.ok(counts.scanned > 3000 && counts.valid > counts.scanned && counts.refused > 1000, JSON.stringify(counts))
})
