import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemsIn } from './text.mjs'

test('planted leftovers are each found, on their line', () => {
  const planted = {
    'something left to do': `// ${'TO'}DO: later`,
    'a merge conflict': `${'<'.repeat(7)} ours`,
    'a test that keeps others from running': `test${'.only'}('x', f)`,
    'a test that is skipped without a reason': `test${'.skip'}('x', f)`,
    'a path of one machine': `const folder = '${'/home'}/somebody/data'`,
    'a path out of the repository': `see ../${'shared'}/NOTES.md`,
    'the host of a registry': `https://registry.${'npmjs'}.org/x`,
  }
  for (const [what, line] of Object.entries(planted)) assert.deepEqual(problemsIn('a.ts', `\n${line}\n`), [`a.ts:2: ${what}`])
})

test('a skip that says why, and a path that every machine has, are no problem', () => {
  assert.deepEqual(problemsIn('a.ts', "test('x', { skip: 'needs root' }, f)\nopen('/tmp/x')\nimport './home/a.js'\n"), [])
})
