import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import { createLogger } from '@millrace/service-kit'
import { type ClusterStateUpdate, ShardMap } from '@millrace/streams'
import { stream, updatesOver } from '../stream/stream.fixture.js'
import { StatePublisher } from './state-publisher.js'

const newPublisher = () =>
  new StatePublisher({ credentials: [], iteratorKey: new Uint8Array() }, updatesOver(2), createLogger({ write: () => {} }))

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
  while (told === 0) await Promise.resolve()
  leave()
  await publisher.publish([{ kind: 'created', after: stream('a') }], 1)
  await turns()
  context.mock.timers.tick(10_000)
  await turns()
  assert.equal(told, 1)
})

function shards(count: number): ShardMetadata[] {
  return Array.from({ length: count }, (_, index) => ({
    index,
    startingHashKey: String(index * 10),
    endingHashKey: String(index * 10 + 9),
    creationSecond: 1,
  }))
}

const large = (count: number, more: Partial<StreamMetadata> = {}) => stream('large', { shards: shards(count), ...more })

/** A node, and how many shards were in each part that it was told. */
function node(publisher: StatePublisher) {
  const map = new ShardMap()
  const told: ClusterStateUpdate[] = []
  publisher.watch((update) => {
    told.push(update)
    map.apply(update)
  })
  const counts = () => told.splice(0).map(({ streams }) => streams.reduce((sum, one) => sum + one.shards.length, 0))
  return { map, counts }
}

test('a stream of thousands of shards comes in parts of some hundred, to a node that watches from now on, too', async () => {
  const publisher = newPublisher()
  const early = node(publisher)
  const after = large(2000)
  await publisher.publish([{ kind: 'created', after }], 1)
  const late = node(publisher)
  await publisher.publish([], 2)
  for (const { map, counts } of [early, late]) {
    assert.equal(map.byStreamId(after.id)?.routes.shards.length, 2000)
    assert.equal(map.revision, 2)
    const parts = counts()
    assert.ok(Math.max(...parts) <= 300 && parts.length >= 7, String(parts))
  }
})

test('of a stream that changes, nodes are told the shards that are not as they were', async () => {
  const publisher = newPublisher()
  const { map, counts } = node(publisher)
  const before = large(600)
  await publisher.publish([{ kind: 'created', after: before }], 1)
  counts()
  const retained = { ...before, retentionHours: 48 }
  await publisher.publish([{ kind: 'changed', before, after: retained }], 2)
  assert.deepEqual(counts(), [0])
  const intent = { parents: [5], closedSecond: 9, children: [{ ...before.shards[5], index: 600, creationSecond: 10, parent: 5 }] }
  const closing: StreamMetadata = { ...retained, status: 'UPDATING', reshard: { intent, scaling: undefined } }
  await publisher.publish([{ kind: 'changed', before: retained, after: closing }], 3)
  assert.deepEqual([counts(), map.byStreamId(before.id)?.shard(5)?.closesSecond], [[1], 9])
  const closed = before.shards.map((shard) => (shard.index === 5 ? { ...shard, closedSecond: 9 } : shard))
  const done: StreamMetadata = { ...retained, shards: [...closed, ...intent.children], reshard: undefined }
  await publisher.publish([{ kind: 'changed', before: closing, after: done }], 4)
  assert.deepEqual([counts(), map.byStreamId(before.id)?.shard(5)?.closedSecond], [[2], 9])
  const expired = { ...done, shards: done.shards.filter(({ index }) => index !== 5) }
  await publisher.publish([{ kind: 'changed', before: done, after: expired }], 5)
  assert.deepEqual([counts(), map.byStreamId(before.id)?.shard(5)], [[0], undefined])
  await publisher.publish([{ kind: 'changed', before: expired, after: { ...expired, status: 'DELETING' } }], 6)
  assert.deepEqual([counts(), [...(map.byStreamId(before.id)?.allShards() ?? ['gone'])]], [[0], []])
})

test('updates of many streams at once do not mix, whatever their size', async () => {
  const publisher = newPublisher()
  const { map } = node(publisher)
  const all = Array.from({ length: 5 }, (_, i) => stream(`s${i}`, { shards: shards(700) }))
  await Promise.all(all.map((after, i) => publisher.publish([{ kind: 'created', after }], i + 1)))
  assert.deepEqual(
    all.map(({ id }) => map.byStreamId(id)?.routes.shards.length),
    [700, 700, 700, 700, 700],
  )
})
