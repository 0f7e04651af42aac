import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { hashOfFiles } from './content-hash.mjs'

const root = mkdtempSync(path.join(os.tmpdir(), 'millrace-hash-'))
after(() => rmSync(root, { recursive: true }))

/** @param {string} file @param {string} text */
function write(file, text) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  writeFileSync(path.join(root, file), text)
}

const hash = () => hashOfFiles(root, ['a', 'single.json', 'absent.json'])

test('the hash follows names and contents of sources, and nothing else', async () => {
  write('a/src/x.ts', 'one')
  write('single.json', '{}')
  const first = await hash()
  utimesSync(path.join(root, 'a/src/x.ts'), 1, 1)
  write('a/dist/x.js', 'built')
  write('a/node_modules/y/z.js', 'installed')
  assert.equal(await hash(), first)

  write('a/src/x.ts', 'two')
  const changed = await hash()
  assert.notEqual(changed, first)
  write('a/src/x.ts', 'one')
  assert.equal(await hash(), first)

  write('a/src/y.ts', '')
  assert.notEqual(await hash(), first)
  rmSync(path.join(root, 'a/src/y.ts'))
  write('single.json', '{ }')
  assert.notEqual(await hash(), first)
})
