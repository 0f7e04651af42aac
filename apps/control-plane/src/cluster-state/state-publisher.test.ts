import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger } from '@millrace/service-kit'
import type { ClusterStateUpdate } from '@millrace/streams'
import { entriesOver, stream } from '../stream/stream.fixture.js'
import { StatePublisher } from './state-publisher.js'

const newPublisher = () =>
  new StatePublisher({ credentials: [], iteratorKey: new Uint8Array() }, entriesOver(1), createLogger({ write: () => {} }))

const turns = () => new Promise((resolve) => setImmediate(resolve))

test('a node that could not take a change is told everything until it holds it, and nobody hears before that it does', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const publisher = newPublisher()
  const updates: ClusterStateUpdate[] = []
  let broken = false
  publisher.watch((update) => {
    updates.push(update)
    if (broken) throw new Error('broken')
  })
  await publisher.publish([{ kind: 'created', after: stream('a') }], 1)
  broken = true
  let isHeld = false
  const held = publisher.publish([{ kind: 'created', after: stream('b') }], 2).then(() => (isHeld = true))
  for (let second = 0; second < 3; second++) {
    await turns()
    context.mock.timers.tick(1_000)
  }
  assert.equal(isHeld, false)
  broken = false
  await turns()
  context.mock.timers.tick(1_000)
  await held
  assert.deepEqual(
    updates.map(({ revision, complete, streams }) => [revision, complete, streams.length]),
    [[0, true, 0], [1, false, 1], [2, false, 1], ...Array.from({ length: updates.length - 3 }, () => [2, true, 2])],
  )
})

test('a node that leaves while it is told is not told again', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const publisher = newPublisher()
  let told = 0
  const leave = publisher.watch(() => {
    told++
    return new Promise((_, reject) => setImmediate(reject, new Error('gone')))
  })
  leave()
  await publisher.publish([{ kind: 'created', after: stream('a') }], 1)
  await turns()
  context.mock.timers.tick(10_000)
  await turns()
  assert.equal(told, 1)
})
