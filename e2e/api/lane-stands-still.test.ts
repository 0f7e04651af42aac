import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { endpointOf } from './client/endpoint.js'
import { freshRegion, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { active, createStream, until } from './client/streams.js'
import { ThreadFault } from './client/thread-fault.js'

const stillMs = 6_000
/** Each lane has some. */
const shards = 8

suite('while a lane stands still', { skip: noServerOfOwn }, async () => {
  const fault = new ThreadFault(`Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${stillMs})`)
  const own = await Standalone.start(fault.environment)
  after(async () => {
    await own.remove()
    fault.remove()
  })
  const api = new Kinesis(endpointOf(own), freshRegion())

  test('no change of a stream is shown as done; once it is, every put is encrypted', async () => {
    const StreamName = await createStream(api, { ShardCount: shards })
    fault.strike()
    await until(async () => fault.hasBegun, Boolean)
    await api.call('StartStreamEncryption', { StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' })
    await until(
      async () => (await active(api, StreamName)).EncryptionType,
      (type) => type === 'KMS',
    )
    assert.ok(fault.isOver, 'the stream is ACTIVE and encrypted before the lane goes on')
    const puts = Array.from({ length: 50 }, (_, i) => api.ok('PutRecord', { StreamName, PartitionKey: `${i}`, Data: 'YQ==' }))
    for (const put of await Promise.all(puts)) assert.equal(put.EncryptionType, 'KMS')
  })
})
