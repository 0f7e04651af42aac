import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { endpointOf } from './client/endpoint.js'
import { freshRegion, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { createStream, iterator, readAll } from './client/streams.js'
import { ThreadFault } from './client/thread-fault.js'

suite('when a lane hangs', { skip: noServerOfOwn }, () => {
  test('the process ends with 1 and says why, and what was acknowledged is there after the next start', async () => {
    const fault = new ThreadFault('for (;;);')
    const own = await Standalone.start({ ...fault.environment, MILLRACE_HANG_MS: '5000' })
    after(async () => {
      await own.remove()
      fault.remove()
    })
    const api = new Kinesis(endpointOf(own), freshRegion())
    const name = await createStream(api, { ShardCount: 1 })
    const { SequenceNumber } = await api.ok('PutRecord', { StreamName: name, PartitionKey: 'k', Data: 'YQ==' })
    fault.strike()
    assert.equal(await own.ended(), 1)
    assert.match(own.printed(), /a lane hangs/)
    await own.startAgain()
    const records = await readAll(api, await iterator(api, name))
    assert.deepEqual(
      records.map((record) => record.SequenceNumber),
      [SequenceNumber],
    )
  })
})
