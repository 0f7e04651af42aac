import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import type { ShardKey, StreamId } from '@millrace/model'
import { remoteDataPlane, serveDataPlane } from './data-plane.rpc.js'
import { type Channel, PortRpc } from './message-port/message-port.rpc.js'

const streamId = 'a'.repeat(32) as StreamId
const keys: ShardKey[] = [
  { streamId, shard: 0 },
  { streamId, shard: 7 },
]

/** A data plane of as many lanes as there are `seals`. */
function dataPlaneOf(...seals: ((shards: readonly ShardKey[]) => Promise<never[]>)[]) {
  const channels = seals.map(() => new MessageChannel())
  seals.forEach((seal, lane) => serveDataPlane(new PortRpc(channels[lane].port2 as Channel), { seal }))
  const dataPlane = remoteDataPlane(channels.map(({ port1 }) => new PortRpc(port1 as Channel)))
  return { dataPlane, close: () => channels.forEach(({ port1 }) => port1.close()) }
}

test('shards are sealed by the lane that is named, and what it says of each comes back', async (context) => {
  const asked: unknown[] = []
  const sealing = (lane: number) => async (shards: readonly ShardKey[]) => {
    asked.push([lane, shards])
    return shards.map(({ shard }) => ({ kind: 'sealed', lastArrivalMs: shard })) as never[]
  }
  const { dataPlane, close } = dataPlaneOf(sealing(0), sealing(1))
  context.after(close)
  assert.deepEqual(await dataPlane.seal({ node: 0, lane: 1 }, keys), [
    { kind: 'sealed', lastArrivalMs: 0 },
    { kind: 'sealed', lastArrivalMs: 7 },
  ])
  assert.deepEqual(asked, [[1, keys]])
})

test('a lane that fails, and one that goes away, fail the call', async (context) => {
  const failing = dataPlaneOf(async () => assert.fail('broken'))
  context.after(failing.close)
  await assert.rejects(failing.dataPlane.seal({ node: 0, lane: 0 }, keys), /broken/)
  const leaving = dataPlaneOf(() => new Promise(() => {}))
  const sealed = leaving.dataPlane.seal({ node: 0, lane: 0 }, keys)
  setImmediate(leaving.close)
  await assert.rejects(sealed, /closed/)
})
