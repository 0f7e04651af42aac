import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { withLock } from './lock.mjs'

const folder = mkdtempSync(path.join(os.tmpdir(), 'millrace-lock-'))
after(() => rmSync(folder, { recursive: true }))

test('two that prepare the same clone do so one after the other', async () => {
  const file = path.join(folder, 'a', 'prepare.lock')
  let inside = 0
  const work = async () => {
    assert.equal(++inside, 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    inside -= 1
  }
  await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)])
  assert.ok(!existsSync(file))
})

test('a lock whose holder has died is taken over', async () => {
  const file = path.join(folder, 'prepare.lock')
  writeFileSync(file, '2147483646')
  let ran = false
  await withLock(file, async () => {
    ran = true
  })
  assert.ok(ran)
})

test('a lock is given back when the work fails', async () => {
  const file = path.join(folder, 'failing.lock')
  await assert.rejects(
    withLock(file, () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.ok(!existsSync(file))
})
