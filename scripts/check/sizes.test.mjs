import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { sizes } from './sizes.mjs'

/** @param {string} source */
async function findingsOf(source) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'millrace-sizes-'))
  try {
    mkdirSync(path.join(root, 'packages/model/src'), { recursive: true })
    writeFileSync(path.join(root, 'package.json'), '{ "workspaces": ["packages/*"] }')
    writeFileSync(path.join(root, 'packages/model/package.json'), '{}')
    writeFileSync(path.join(root, 'packages/model/src/a.ts'), source)
    return await sizes(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** @param {string} head @param {number} lines */
const block = (head, lines) => `${head} {\n${'  f()\n'.repeat(lines - 2)}}`

test('a planted function of 71 lines is found, whatever its form; one of 70 is not', async () => {
  for (const head of ['function f()', 'const f = () =>', 'const f = function ()']) {
    assert.deepEqual((await findingsOf(`\n${block(head, 71)}`)).problems, ['packages/model/src/a.ts:2: a function of 71 lines'])
    assert.deepEqual((await findingsOf(block(head, 70))).problems, [])
  }
  const method = `class C {\n${block('m()', 71)}\n}`
  assert.deepEqual((await findingsOf(method)).problems, ['packages/model/src/a.ts:2: a function of 71 lines'])
})

test('a file of more than 350 lines is told, and too many of them are a problem', async () => {
  const { problems, remarks } = await findingsOf('f()\n'.repeat(351))
  assert.deepEqual(remarks, ['packages/model/src/a.ts has 351 lines'])
  assert.deepEqual(problems, ['1 of 1 files are too long'])
})

test('a list of tests is no function, a long test in it is one', async () => {
  const tests = "  test('a', f)\n".repeat(90)
  assert.deepEqual((await findingsOf(`describe('x', () => {\n${tests}})`)).problems, [])
  const long = `describe('x', () => {\n${block("test('a', () =>", 71)})\n})`
  assert.deepEqual((await findingsOf(long)).problems, ['packages/model/src/a.ts:2: a function of 71 lines'])
})
