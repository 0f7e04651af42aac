import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerRoom, ByteBudget } from '@millrace/aws-wire'
import { MemoryLogStore } from '@millrace/log-store'
import { recordBytes, type StreamId, writeRecordHeader } from '@millrace/model'
import { ShardMap, type StreamUpdate } from '@millrace/streams'
import { LaneMeters } from '../metrics/lane-meters.js'
import { LaneShards } from './lane-shards.js'
import { Tail } from './tail.js'

const kept = 'a'.repeat(32) as StreamId
const gone = 'b'.repeat(32) as StreamId

function stream(id: StreamId, lanes: number[], given: Partial<StreamUpdate> = {}): StreamUpdate {
  const shards = lanes.map((lane, index) => ({
    index,
    startingHashKey: String(index),
    owner: { node: 0, lane },
    creationSecond: 1,
  }))
  return {
    id,
    name: id,
    status: 'ACTIVE',
    retentionHours: 24,
    consumers: [],
    dataKeys: [],
    shardLevelMetrics: [],
    shards,
    ...given,
  } as unknown as StreamUpdate
}

function lane() {
  const map = new ShardMap()
  const store = new MemoryLogStore()
  const time = { ms: 1000 }
  const clock = { nowMs: () => time.ms }
  const shards = new LaneShards({
    address: { node: 0, lane: 1 },
    map,
    store,
    tail: new Tail(1e6),
    clock,
    throughput: undefined,
    meters: new LaneMeters(),
    room: new AnswerRoom(new ByteBudget(ByteBudget.allocate(1 << 28))),
  })
  const update = (revision: number, streams: StreamUpdate[], removedStreams: StreamId[] = [], complete = false) => {
    const change = { revision, streams, removedStreams, complete }
    const applied = map.apply(change)
    return applied && shards.onUpdate(applied)
  }
  return { shards, store, time, update }
}

function append(shards: LaneShards, ...keys: { streamId: StreamId; shard: number }[]) {
  const block = Buffer.alloc(recordBytes(0, 1))
  writeRecordHeader(block, 0, 0, 1)
  const whole = Buffer.from(new ArrayBuffer(block.length * keys.length))
  keys.forEach((_, i) => block.copy(whole, i * block.length))
  const parts = keys.map((shard, i) => ({ shard, byteOffset: i * block.length, byteLength: block.length, recordCount: 1 }))
  return shards.append({ buffer: whole.buffer as ArrayBuffer, parts })
}

test('takes what the map gives to this lane, and says of anything else that it is not the owner', async () => {
  const { shards, update } = lane()
  update(1, [stream(kept, [0, 1])], [], true)
  const reply = await append(shards, { streamId: kept, shard: 0 }, { streamId: kept, shard: 1 }, { streamId: gone, shard: 0 })
  assert.deepEqual(
    reply.parts.map((part) => part.kind),
    ['notOwner', 'appended', 'notOwner'],
  )
  assert.deepEqual(await shards.admitIterator({ streamId: kept, shard: 0 }), { kind: 'notOwner' })
  assert.deepEqual(await shards.admitIterator({ streamId: kept, shard: 1 }), { kind: 'admitted', nextOffset: 1 })
})

test('a deleted stream’s records are deleted, and its shards are owned no more', async () => {
  const { shards, store, update } = lane()
  update(1, [stream(kept, [1]), stream(gone, [1])], [], true)
  await append(shards, { streamId: kept, shard: 0 }, { streamId: gone, shard: 0 })
  update(2, [], [gone])
  assert.deepEqual(store.streams(), [kept])
  assert.deepEqual(await shards.admitIterator({ streamId: gone, shard: 0 }), { kind: 'notOwner' })
})

test('what the log holds of streams that the first complete update does not know is deleted', async () => {
  const before = lane()
  before.update(1, [stream(kept, [1]), stream(gone, [1])], [], true)
  await append(before.shards, { streamId: kept, shard: 0 }, { streamId: gone, shard: 0 })
  before.update(2, [stream(kept, [1])], [], true)
  assert.deepEqual(before.store.streams(), [kept])
})

test('shards show the metrics that are on for their stream, and no others', async () => {
  const { shards, update } = lane()
  const named = { account: '0'.repeat(12), region: 'us-east-1', name: 'orders' } as Partial<StreamUpdate>
  update(1, [stream(kept, [1, 1], { ...named, shardLevelMetrics: ['IncomingBytes', 'IteratorAgeMilliseconds'] })], [], true)
  update(2, [stream(gone, [1])])
  await append(shards, { streamId: kept, shard: 1 }, { streamId: gone, shard: 0 })
  const labels = { account: '000000000000', region: 'us-east-1', stream: 'orders', shard: 'shardId-000000000001' }
  assert.deepEqual(await shards.samples(), [
    { metric: 'millrace_shard_incoming_bytes_total', labels, value: 1 },
    { metric: 'millrace_shard_iterator_age_seconds', labels, value: 0 },
  ])
  update(3, [stream(kept, [1, 1], named)])
  assert.deepEqual(await shards.samples(), [])
})

test('a shard that the map does not show any more is let go, with all that it held', async () => {
  const { shards, store, update } = lane()
  update(1, [stream(kept, [1, 1])], [], true)
  await append(shards, { streamId: kept, shard: 0 }, { streamId: kept, shard: 1 })
  const [, second] = stream(kept, [1, 1]).shards
  await update(2, [stream(kept, [], { shards: [second], goneShards: [0] })])
  assert.deepEqual(await shards.admitIterator({ streamId: kept, shard: 0 }), { kind: 'notOwner' })
  assert.deepEqual(await shards.admitIterator({ streamId: kept, shard: 1 }), { kind: 'admitted', nextOffset: 1 })
  const trimOffsets = await Promise.all([0, 1].map(async (shard) => (await store.open({ streamId: kept, shard })).trimOffset))
  assert.deepEqual(trimOffsets, [1, 0])
})

test('a shard that the map does not show any more keeps nothing, also of what arrived before the clock was set back', async () => {
  const { shards, store, time, update } = lane()
  update(1, [stream(kept, [1])], [], true)
  const key = { streamId: kept, shard: 0 }
  await append(shards, key)
  time.ms = 0
  await update(2, [stream(kept, [], { goneShards: [0] })])
  assert.equal((await store.open(key)).trimOffset, 1)
})

test('a shard that the map gives to another lane is let go, and what it holds stays', async () => {
  const { shards, store, update } = lane()
  update(1, [stream(kept, [1])], [], true)
  const key = { streamId: kept, shard: 0 }
  await append(shards, key)
  update(2, [stream(kept, [0])])
  assert.deepEqual((await append(shards, key)).parts, [{ kind: 'notOwner' }])
  assert.deepEqual(await store.open(key), { nextOffset: 1, lastArrivalMs: 1000, sealed: false, trimOffset: 0 })
  update(3, [stream(kept, [1])])
  assert.deepEqual(await shards.admitIterator(key), { kind: 'admitted', nextOffset: 1 })
})

test('seals what the map gives to this lane, and says what it cannot seal', async () => {
  const { shards, store, update } = lane()
  update(1, [stream(kept, [0, 1, 1])], [], true)
  const keys = [0, 1, 2].map((shard) => ({ streamId: kept, shard }))
  await append(shards, keys[1])
  const broken = keys[2]
  const seal = store.seal.bind(store)
  store.seal = async (key) => (key.shard === broken.shard ? Promise.reject(new Error('disk full')) : seal(key))
  const replies = await shards.seal(keys)
  assert.deepEqual(replies.slice(0, 2), [{ kind: 'notOwner' }, { kind: 'sealed', lastArrivalMs: 1_000 }])
  assert.equal(replies[2].kind, 'Unavailable')
  assert.deepEqual((await append(shards, keys[1])).parts, [{ kind: 'sealed' }])
  store.seal = seal
  assert.deepEqual(await shards.seal([broken]), [{ kind: 'sealed', lastArrivalMs: 0 }])
})

test('a shard that cannot be opened takes nothing with it of what a request has for others, and is tried again', async () => {
  const { shards, store, update } = lane()
  update(1, [stream(kept, [1, 1])], [], true)
  const [broken, whole] = [0, 1].map((shard) => ({ streamId: kept, shard }))
  const open = store.open.bind(store)
  store.open = async (key) => (key.shard === broken.shard ? Promise.reject(new Error('disk broken')) : open(key))
  const { parts } = await append(shards, broken, whole)
  assert.deepEqual(
    parts.map((part) => (part.kind === 'Unavailable' ? part.outcome : part.kind)),
    ['none', 'appended'],
  )
  const read = { shard: broken, from: { kind: 'offset', offset: 0 }, recordsMax: 1, bytesMax: 1 } as const
  assert.equal((await shards.read(read)).kind, 'Unavailable')
  assert.equal((await shards.admitIterator(broken)).kind, 'Unavailable')
  store.open = open
  assert.equal((await append(shards, broken)).parts[0].kind, 'appended')
})

test('a shard learns from the map when a reshard is to close it', async () => {
  const { shards, update } = lane()
  update(1, [stream(kept, [1])], [], true)
  const key = { streamId: kept, shard: 0 }
  await shards.admitIterator(key)
  const [shard] = stream(kept, [1]).shards
  await update(2, [stream(kept, [], { shards: [{ ...shard, creationSecond: 0, closesSecond: 0 }] })])
  await append(shards, key)
  const page = await shards.read({ shard: key, from: { kind: 'offset', offset: 0 }, recordsMax: 1, bytesMax: 1 })
  assert.deepEqual(page.kind === 'page' && page.batches.map(({ arrivalMs }) => arrivalMs), [999])
})
