import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { endpointOf } from './client/endpoint.js'
import { freshRegion, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { createStream } from './client/streams.js'

suite('when nobody reads any more what the server prints', { skip: noServerOfOwn }, () => {
  test('it serves on, and a stop ends it as ever, Postgres too', async () => {
    const own = await Standalone.start({ MILLRACE_LOG_LEVEL: 'debug' })
    after(() => own.remove())
    own.stopReading()
    const api = new Kinesis(endpointOf(own), freshRegion())
    const StreamName = await createStream(api, { ShardCount: 1 })
    await api.ok('PutRecord', { StreamName, PartitionKey: 'a', Data: 'YQ==' })
    assert.equal(await own.stop(), 0)
    assert.deepEqual(globSync(join(own.dataDir, '**', 'postmaster.pid')), [])
  })
})
