import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import type { StreamEntry } from '../ports/cluster-state.js'
import { ShardMap } from './shard-map.js'

const account = '000000000000' as AccountId
const region = 'us-east-1' as Region
const entry = (id: string, name: string): StreamEntry => ({
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
const update = (revision: number, streams: StreamEntry[], removed: string[] = [], complete = false) => ({
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
