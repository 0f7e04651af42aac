import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireRequest, WireResponse } from '@millrace/aws-wire'
import { adminOnly, withAdminPaths } from './admin-paths.js'

const admin = { health: async () => ({ ready: false, body: '{"ready":false}' }), metrics: async () => 'a 1\n' }
const aws: WireResponse = { status: 418, headers: [], body: { kind: 'bytes', bytes: Buffer.from('aws') } }

async function ask(handle: ReturnType<typeof adminOnly>, target: string, remoteAddress = '127.0.0.1', method = 'GET') {
  const { status, body } = await handle({ target, remoteAddress, method } as WireRequest)
  return [status, body.kind === 'bytes' && Buffer.from(body.bytes).toString()]
}

test('the exact paths are answered to loopback peers, everything else is AWS’s', async () => {
  const handle = withAdminPaths(() => aws, admin)
  assert.deepEqual(await ask(handle, '/health'), [503, '{"ready":false}'])
  assert.deepEqual(await ask(handle, '/metrics', '::1'), [200, 'a 1\n'])
  for (const [target, address, method] of [
    ['/health', '10.0.0.1'],
    ['/health?x', '127.0.0.1'],
    ['/metrics/', '127.0.0.1'],
    ['/health', '127.0.0.1', 'POST'],
  ]) {
    assert.deepEqual(await ask(handle, target, address, method), [418, 'aws'])
  }
})

test('a listener of their own answers them to anyone, and nothing else', async () => {
  assert.deepEqual(await ask(adminOnly(admin), '/metrics', '10.0.0.1'), [200, 'a 1\n'])
  assert.deepEqual((await ask(adminOnly(admin), '/'))[0], 404)
})
