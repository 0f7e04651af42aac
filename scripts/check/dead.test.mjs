import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { dead } from './dead.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** @param {Record<string, string>} files @returns {Promise<string>} */
async function foundIn(files) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'millrace-dead-'))
  try {
    copyFileSync(path.join(root, 'knip.json'), path.join(directory, 'knip.json'))
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(directory, file)), { recursive: true })
      writeFileSync(path.join(directory, file), text)
    }
    return (await dead(root, directory)).problems.join('\n')
  } finally {
    rmSync(directory, { recursive: true })
  }
}

const workspace = {
  'package.json': '{ "name": "planted", "private": true, "type": "module", "workspaces": ["packages/*"] }',
  'packages/model/package.json': '{ "name": "@millrace/model", "type": "module", "exports": "./src/index.ts" }',
  'packages/model/src/index.ts': "export { used } from './a.js'\n",
  'packages/model/src/a.ts': 'export const used = 1\n',
}

test('what is all used passes', async () => {
  assert.equal(await foundIn(workspace), '')
})

test('a planted export, file and dependency that nobody uses, and one that is not declared, are each found', async () => {
  const problems = await foundIn({
    ...workspace,
    'packages/model/package.json': JSON.stringify({
      ...JSON.parse(workspace['packages/model/package.json']),
      dependencies: { idle: '1.0.0' },
    }),
    'packages/model/src/a.ts': "import 'undeclared'\nexport const used = 1\nexport const deadExport = 2\n",
    'packages/model/src/dead-file.ts': 'export const x = 1\n',
  })
  for (const planted of ['deadExport', 'dead-file.ts', 'idle', 'undeclared']) assert.match(problems, new RegExp(planted))
})
