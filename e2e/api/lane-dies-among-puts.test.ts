import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { endpointOf } from './client/endpoint.js'
import { freshRegion, Kinesis } from './client/kinesis.js'
import { noServerOfOwn, Standalone } from './client/standalone.js'
import { createStream, iterator, readAll } from './client/streams.js'
import { ThreadFault } from './client/thread-fault.js'

const shards = ['0', '1', '2', '3']
const putters = 8

suite('when a lane dies', { skip: noServerOfOwn }, () => {
  test('the process ends with 1 and says why, no put is left waiting, and what was acknowledged is there after the next start', async () => {
    const fault = new ThreadFault("throw new Error('broken on purpose')")
    const own = await Standalone.start(fault.environment)
    after(async () => {
      await own.remove()
      fault.remove()
    })
    const api = new Kinesis(endpointOf(own), freshRegion())
    const name = await createStream(api, { ShardCount: shards.length })
    const acknowledged: string[] = []
    const putting = Array.from({ length: putters }, (_, i) => putUntilLost(api, name, i, acknowledged))
    while (acknowledged.length < 100) await new Promise((resolve) => setTimeout(resolve, 5))

    fault.strike()
    assert.equal(await own.ended(), 1)
    assert.match(own.printed(), /a lane has died/)
    assert.match(own.printed(), /broken on purpose/)
    await Promise.all(putting)

    await own.startAgain()
    const iterators = await Promise.all(shards.map((ShardId) => iterator(api, name, { ShardId })))
    const records = (await Promise.all(iterators.map((one) => readAll(api, one)))).flat()
    const kept = new Set(records.map(({ SequenceNumber }) => SequenceNumber))
    assert.deepEqual(
      acknowledged.filter((number) => !kept.has(number)),
      [],
    )
  })
})

/** Resolves when a put is not answered any more. */
async function putUntilLost(api: Kinesis, StreamName: string, putter: number, acknowledged: string[]): Promise<void> {
  for (let i = 0; ; i++) {
    const put = { StreamName, PartitionKey: `${putter}-${i}`, Data: 'YQ==' }
    const answer = await api.call('PutRecord', put).catch(() => undefined)
    if (answer === undefined) return
    if (answer.status === 200) acknowledged.push(answer.body.SequenceNumber)
  }
}
