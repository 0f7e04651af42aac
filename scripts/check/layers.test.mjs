import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { layers } from './layers.mjs'

/** @param {Record<string, string>} files @returns {Promise<string[]>} */
async function problemsOf(files) {
  const root = mkdtempSync(path.join(os.tmpdir(), 'millrace-layers-'))
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
      writeFileSync(path.join(root, file), text)
    }
    return (await layers(root)).problems
  } finally {
    rmSync(root, { recursive: true })
  }
}

test('planted violations are each found', async () => {
  const problems = await problemsOf({
    'packages/model/src/a.ts': "import '@millrace/streams'",
    'packages/streams/src/b.ts': "export { x } from '@millrace/model/dist/x.js'",
    'apps/data-plane/src/c.ts': "import { y } from '@millrace/control-plane'",
    'apps/control-plane/src/d.ts': "import { Module } from '@nestjs/common'",
    'apps/standalone/src/g.ts': "await import('../../data-plane/dist/index.js')",
    'packages/new/src/h.ts': '',
    'packages/rpc/src/e.ts': "import { f } from './f.js'\nexport const e = f",
    'packages/rpc/src/f.ts': "import { e } from './e.js'\nexport const f = e",
    'packages/rpc/src/t.ts': "import type { U } from './u.js'\nexport type T = U",
    'packages/rpc/src/u.ts': "import type { T } from './t.js'\nexport type U = T",
  })
  assert.deepEqual(problems, [
    'packages/model/src/a.ts: model may not import streams',
    'packages/streams/src/b.ts: imports @millrace/model/dist/x.js, past the index',
    'apps/control-plane/src/d.ts: imports @nestjs/common, which its suffix does not allow',
    'apps/data-plane/src/c.ts: data-plane may not import control-plane',
    'apps/standalone/src/g.ts: imports ../../data-plane/dist/index.js, out of its folder',
    'packages/new: no rule says what it may import',
    'cycle: packages/rpc/src/e.ts → packages/rpc/src/f.ts → packages/rpc/src/e.ts',
    'cycle: packages/rpc/src/t.ts → packages/rpc/src/u.ts → packages/rpc/src/t.ts',
  ])
})

test('what the table allows is no violation', async () => {
  const problems = await problemsOf({
    'packages/streams/src/a.ts': "import type { B } from './b.js'\nimport { ok } from '@millrace/model'\nexport type A = B",
    'packages/streams/src/b.ts': 'export type B = string',
    'packages/metadata/src/c.prisma.ts': "import { PrismaPg } from '@prisma/adapter-pg'",
    'apps/standalone/src/d.module.ts': "import { Module } from '@nestjs/common'\nimport { y } from '@millrace/control-plane'",
    'apps/control-plane/src/e.test.ts': "import { z } from '@millrace/testkit'",
  })
  assert.deepEqual(problems, [])
})
