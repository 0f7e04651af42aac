import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Admin } from './admin.js'

test('is ready between start and stop', async () => {
  const admin = new Admin()
  assert.equal((await admin.health()).ready, false)
  admin.setReady(async () => [])
  assert.match((await admin.health()).body, /^\{"live":true,"ready":true,"version":"\d+\.\d+\.\d+"\}\n$/)
  admin.setStopping()
  assert.equal((await admin.health()).ready, false)
})

test('metrics are those that the parts give, once they run', async () => {
  const admin = new Admin()
  assert.equal(await admin.metrics(), '\n')
  admin.setReady(async () => [{ metric: 'millrace_lanes', labels: {}, value: 2 }])
  assert.match(await admin.metrics(), /^millrace_lanes 2$/m)
})
