import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { ok } from '@millrace/model'
import type { ClusterStateFeed, ClusterStateUpdate } from '@millrace/streams'
import { remoteClusterStateFeed, serveControlPlane } from './control-plane.rpc.js'
import { type Channel, PortRpc } from './message-port/message-port.rpc.js'

type OnUpdate = Parameters<ClusterStateFeed['watch']>[0]

const update: ClusterStateUpdate = { revision: 7, complete: true, streams: [], removedStreams: [] }

/** A node that watches over a port. `tell`: as the control plane tells it; `left`: it is watched no more. */
async function watching(onUpdate: OnUpdate) {
  const { port1, port2 } = new MessageChannel()
  const begun = Promise.withResolvers<OnUpdate>()
  const left = Promise.withResolvers<void>()
  const feed: ClusterStateFeed = {
    watch(tell) {
      begun.resolve(tell)
      return left.resolve
    },
  }
  serveControlPlane(new PortRpc(port1 as Channel), { invoke: async () => ok(undefined) }, feed)
  remoteClusterStateFeed(new PortRpc(port2 as Channel)).watch(onUpdate)
  return { tell: await begun.promise, left: left.promise, close: () => port2.close() }
}

test('an update is confirmed when the node has it in force, and not before', async (context) => {
  const order: string[] = []
  const { tell, close } = await watching(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    order.push('in force')
  })
  context.after(close)
  await tell(update)
  order.push('confirmed')
  assert.deepEqual(order, ['in force', 'confirmed'])
})

test('a node whose port closes has left, and what it was to confirm fails', async () => {
  const { tell, left, close } = await watching(() => new Promise(() => {}))
  const confirmed = Promise.resolve(tell(update))
  setImmediate(close)
  await assert.rejects(confirmed, /closed/)
  await left
})
