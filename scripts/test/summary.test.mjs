import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summarise } from './summary.mjs'

/** @param {string} directory @param {string} status @returns {import('./summary.mjs').TurboTask} */
function task(directory, status = 'MISS') {
  return { task: 'test', package: directory, directory, command: 'node test.mjs', cache: { status } }
}

test('the counts of all workspaces are summed, what came from the cache is told', () => {
  const results = { a: { passed: 2, failed: 0, skipped: 1 }, b: { passed: 3, failed: 0, skipped: 0 } }
  const { line, failed } = summarise([task('a'), task('b', 'HIT')], (folder) => results[/** @type {'a' | 'b'} */ (folder)], 0)
  assert.equal(line, '5 passed, 0 failed, 1 skipped (3 unchanged since they passed)')
  assert.equal(failed, 0)
})

test('a workspace that ended without a result counts as a failure', () => {
  const { line } = summarise([task('a')], () => undefined, 1)
  assert.equal(line, '0 passed, 1 failed')
})

test('a turbo that failed where all results are good counts as a failure', () => {
  assert.equal(summarise([task('a')], () => ({ passed: 1, failed: 0, skipped: 0 }), 1).failed, 1)
  assert.equal(summarise([], () => undefined, null).failed, 1)
})

test('a workspace without tests counts for nothing', () => {
  const without = { ...task('a'), command: '<NONEXISTENT>' }
  assert.equal(summarise([without], () => undefined, 0).line, '0 passed, 0 failed')
})
