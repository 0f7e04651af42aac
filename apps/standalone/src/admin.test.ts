import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Admin, metricsText } from './admin.js'

test('is ready between start and stop', async () => {
  const admin = new Admin()
  assert.equal((await admin.health()).ready, false)
  admin.setReady(async () => [])
  assert.match((await admin.health()).body, /^\{"live":true,"ready":true,"version":"\d+\.\d+\.\d+"\}\n$/)
  admin.setStopping()
  assert.equal((await admin.health()).ready, false)
})

test('metrics are Prometheus text, one sample for each lane', () => {
  assert.equal(
    metricsText([{ http1Requests: 3, connectionsOpen: 1 }, { http1Requests: 4 }]),
    [
      '# TYPE millrace_http_1_requests counter',
      'millrace_http_1_requests{lane="0"} 3',
      'millrace_http_1_requests{lane="1"} 4',
      '# TYPE millrace_connections_open gauge',
      'millrace_connections_open{lane="0"} 1',
      'millrace_connections_open{lane="1"} 0',
      '',
    ].join('\n'),
  )
})
