import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { defaultListenerLimits } from '@millrace/aws-wire'
import { connectionShare } from './connection-share.js'

test('connections of all lanes together leave files for the log, however few may be open', () => {
  for (const openFiles of [64, 256, 1024, 4096, 20_000]) {
    for (const lanes of [1, 2, 16]) {
      const left = openFiles - lanes * connectionShare(openFiles, lanes)
      assert.ok(left >= Math.min(1024, openFiles / 2), `${openFiles} files, ${lanes} lanes: ${left} left`)
    }
  }
})

test('where files are plenty the listener’s own bound holds', () => {
  for (const openFiles of [524_288, Number.POSITIVE_INFINITY])
    assert.equal(connectionShare(openFiles, 2), defaultListenerLimits.connectionsMax)
})

test('the process’s limit is found out', { skip: process.platform === 'win32' && 'Windows has no such limit' }, () => {
  const module = JSON.stringify(new URL('./connection-share.js', import.meta.url))
  const program = `import(${module}).then(({ openFilesMax }) => console.log(openFilesMax()))`
  const shown = execFileSync('sh', ['-c', 'ulimit -n 200; exec "$0" -e "$1"', process.execPath, program], { encoding: 'utf8' })
  assert.equal(shown.trim(), '200')
})
