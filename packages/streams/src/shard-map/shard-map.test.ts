import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import fc from 'fast-check'
import { RouteTable } from '../hash-key/route-table.js'
import type { ShardEntry, StreamUpdate } from '../ports/cluster-state.js'
import { ShardMap } from './shard-map.js'
import type { StreamView } from './stream-view.js'

const account = '000000000000' as AccountId
const region = 'us-east-1' as Region
const entry = (id: string, name: string): StreamUpdate => ({
  id: id as StreamId,
  account,
  region,
  name: name as StreamName,
  status: 'ACTIVE',
  mode: 'PROVISIONED',
  createdMs: 0,
  retentionHours: 24,
  maxRecordBytes: 1_048_576,
  recordDistribution: 'PARTITION_KEY',
  dataKeys: [],
  shardLevelMetrics: [],
  consumers: [],
  shards: [],
})
const update = (revision: number, streams: StreamUpdate[], removed: string[] = [], complete = false) => ({
  revision,
  complete,
  streams,
  removedStreams: removed as StreamId[],
})

test('a re-created stream is found under its name, the old one under no id', () => {
  const map = new ShardMap()
  map.apply(update(1, [entry('a', 's')], [], true))
  map.apply(update(2, [entry('b', 's')], ['a']))
  assert.equal(map.find(account, region, 's' as StreamName)?.entry.id, 'b')
  assert.equal(map.byStreamId('a' as StreamId), undefined)
})

test('removing the old stream after the new one came under its name keeps the new one', () => {
  const map = new ShardMap()
  map.apply(update(1, [entry('a', 's')], [], true))
  map.apply(update(2, [entry('b', 's')]))
  map.apply(update(3, [], ['a']))
  assert.equal(map.find(account, region, 's' as StreamName)?.entry.id, 'b')
})

test('what a complete update does not have does not exist', () => {
  const map = new ShardMap()
  map.apply(update(1, [entry('a', 's')], [], true))
  map.apply(update(9, [], [], true))
  assert.equal(map.find(account, region, 's' as StreamName), undefined)
  assert.equal(map.revision, 9)
})

test('another account or region is another namespace', () => {
  const map = new ShardMap()
  map.apply(update(1, [entry('a', 's')], [], true))
  assert.equal(map.find(account, 'eu-west-1' as Region, 's' as StreamName), undefined)
  assert.equal(map.find('111111111111' as AccountId, region, 's' as StreamName), undefined)
})

test('a wait for the next revision ends with an update, with its time, and at once where there was one already', async () => {
  const map = new ShardMap()
  const waited = map.nextRevision(60_000)
  map.apply(update(1, [], [], true))
  await waited
  await map.nextRevision(1)
  await map.nextRevision(60_000, 0)
  assert.equal(map.revision, 1)
})

const shard = (index: number, start: number, more: Partial<ShardEntry> = {}): ShardEntry => ({
  index,
  startingHashKey: String(start),
  endingHashKey: '0',
  creationSecond: 1,
  owner: { node: 0, lane: 0 },
  ...more,
})
const routed = (view: StreamView | undefined) => view?.routes.shards.map(({ index }) => index)

test('an update in parts shows nothing before its last part', () => {
  const map = new ShardMap()
  map.apply(update(1, [{ ...entry('a', 's'), shards: [shard(0, 0)] }], [], true))
  const closed = { ...entry('a', 's'), shards: [shard(0, 0, { closedSecond: 9 })] }
  assert.equal(map.apply({ ...update(2, [closed]), more: true }), undefined)
  assert.deepEqual([map.revision, routed(map.byStreamId('a' as StreamId))], [1, [0]])
  const applied = map.apply(update(2, [{ ...entry('a', 's'), shards: [shard(1, 0), shard(2, 7)] }]))
  assert.deepEqual([map.revision, routed(map.byStreamId('a' as StreamId))], [2, [1, 2]])
  assert.deepEqual(applied?.changed[0]?.shards, [0, 1, 2])
})

test('parts whose update was broken off count for nothing', () => {
  const map = new ShardMap()
  map.apply({ ...update(1, [entry('a', 's')], [], true), more: true })
  map.apply(update(2, [entry('b', 't')], [], true))
  assert.deepEqual(
    [...map.streams()].map(({ entry: { id } }) => id),
    ['b'],
  )
})

test('shards and data keys that are not told anew stay, those that are gone go', () => {
  const map = new ShardMap()
  const keys = [1, 2].map((id) => ({ id, key: new Uint8Array(32) }))
  map.apply(update(1, [{ ...entry('a', 's'), shards: [shard(0, 0), shard(1, 5)], dataKeys: keys }], [], true))
  map.apply(update(2, [{ ...entry('a', 's'), retentionHours: 48, goneShards: [0], goneDataKeys: [1] }]))
  const view = map.byStreamId('a' as StreamId)
  assert.equal(view?.entry.retentionHours, 48)
  assert.deepEqual([view?.shard(0), view?.shard(1)?.index, routed(view)], [undefined, 1, [1]])
  assert.deepEqual([view?.dataKey(1), view?.dataKey(2)], [undefined, keys[1]])
})

test('however changes are cut into updates, the routes are those of the shards that there are', () => {
  const change = fc.record({
    index: fc.nat(12).map((index) => index * 50),
    start: fc.nat(1000),
    closed: fc.boolean(),
    gone: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 8 }), (updates) => {
      const map = new ShardMap()
      const present = new Map<number, ShardEntry>()
      updates.forEach((changes, i) => {
        const once = [...new Map(changes.map((one) => [one.index, one])).values()]
        const shards = once
          .filter(({ gone }) => !gone)
          .map(({ index, start, closed }) => shard(index, start * 13 + index, closed ? { closedSecond: 1 } : {}))
        const goneShards = once.filter(({ gone }) => gone).map(({ index }) => index)
        for (const index of goneShards) present.delete(index)
        for (const one of shards) present.set(one.index, one)
        map.apply(update(i + 1, [{ ...entry('a', 's'), shards, goneShards }]))
      })
      const view = map.byStreamId('a' as StreamId)
      const routes = RouteTable.of([...present.values()])
      assert.deepEqual(view?.routes.shards ?? [], routes.shards)
      assert.deepEqual(view?.routes.starts ?? new Uint32Array(0), routes.starts)
    }),
  )
})

test('children may be told before their parent is closed', () => {
  const map = new ShardMap()
  map.apply(update(1, [{ ...entry('a', 's'), shards: [shard(0, 0), shard(1, 9)] }], [], true))
  map.apply(update(2, [{ ...entry('a', 's'), shards: [shard(2, 0), shard(3, 4)] }]))
  map.apply(update(3, [{ ...entry('a', 's'), shards: [shard(0, 0, { closedSecond: 1 })] }]))
  assert.deepEqual(routed(map.byStreamId('a' as StreamId)), [2, 3, 1])
})
