import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { removeInSteps } from './remove-in-steps.js'

test('a file of several steps goes, a folder with all in it, and nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  try {
    for (const name of ['alone', 'other']) writeFileSync(join(folder, name), '')
    truncateSync(join(folder, 'alone'), 40 * 1024 * 1024)
    mkdirSync(join(folder, 'deep', 'er'), { recursive: true })
    writeFileSync(join(folder, 'deep', 'er', 'large'), '')
    truncateSync(join(folder, 'deep', 'er', 'large'), 20 * 1024 * 1024)
    removeInSteps(join(folder, 'alone'))
    removeInSteps(join(folder, 'deep'))
    removeInSteps(join(folder, 'that was never there'))
    assert.deepEqual(readdirSync(folder), ['other'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
