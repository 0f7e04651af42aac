import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { isNewEnough, linkNode } from './node-binary.mjs'

test('Node 24.6 is new enough, 24.5 and everything older is not', () => {
  for (const version of ['v24.6.0', '24.6.0', 'v24.21.0', 'v26.0.0']) assert.ok(isNewEnough(version), version)
  for (const version of ['v24.5.9', 'v22.23.2', 'v20.20.2', '']) assert.ok(!isNewEnough(version), version)
})

test('where no Node of this platform is installed, the running one is linked if it is new enough', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'millrace-node-'))
  try {
    const folder = linkNode(root)
    const link = path.join(folder, 'node')
    assert.equal(readlinkSync(link), process.execPath)
    assert.equal(execFileSync(link, ['--version'], { encoding: 'utf8' }).trim(), process.version)
  } finally {
    rmSync(root, { recursive: true })
  }
})
