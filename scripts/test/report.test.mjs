import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const runner = fileURLToPath(new URL('package.mjs', import.meta.url))

/** Runs the runner of a workspace that has one file of tests. @param {string} source */
function reportOf(source) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'millrace-report-'))
  try {
    writeFileSync(path.join(folder, 'package.json'), '{ "name": "planted" }')
    mkdirSync(path.join(folder, 'a'))
    writeFileSync(path.join(folder, 'a', 'a.test.mjs'), `import { describe, test } from 'node:test'\n${source}`)
    // A test runner that believes itself inside another runs nothing.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const { stdout, status } = spawnSync(process.execPath, [runner], { cwd: folder, env, encoding: 'utf8' })
    const counts = JSON.parse(readFileSync(path.join(folder, '.turbo', 'test-result.json'), 'utf8'))
    return { stdout, status, counts }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('tests are counted, suites are not, and passing ones are not written', () => {
  const { counts, stdout, status } = reportOf("describe('s', () => { test('a', () => {}); test('b', () => {}) })")
  assert.deepEqual(counts, { passed: 2, failed: 0, skipped: 0 })
  assert.equal(stdout, 'planted: 2 passed, 0 failed, 0 skipped\n')
  assert.equal(status, 0)
})

test('a failure is written with its message, and a suite that fails by it is not counted again', () => {
  const { counts, stdout, status } = reportOf("describe('s', () => { test('bad', () => { throw new Error('why it failed') }) })")
  assert.equal(counts.failed, 1)
  assert.match(stdout, /FAILED: bad/)
  assert.match(stdout, /why it failed/)
  assert.equal(status, 1)
})

test('a file that cannot be loaded, and one that ends its process, are failures', () => {
  assert.equal(reportOf('syntax error').counts.failed, 1)
  assert.ok(reportOf("test('a', () => process.exit(3))").counts.failed >= 1)
})

test('a skipped test is written with its reason', () => {
  const { counts, stdout } = reportOf("test('a', { skip: 'no disk' }, () => {})")
  assert.deepEqual(counts, { passed: 0, failed: 0, skipped: 1 })
  assert.match(stdout, /skipped: a \(no disk\)/)
})
