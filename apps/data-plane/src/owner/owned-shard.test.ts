import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerRoom, ByteBudget } from '@millrace/aws-wire'
import { MemoryLogStore } from '@millrace/log-store'
import {
  raisableLimits,
  recordBytes,
  type ShardKey,
  type StreamId,
  type ThroughputLimits,
  writeRecordHeader,
} from '@millrace/model'
import { LaneMeters } from '../metrics/lane-meters.js'
import type { Traffic } from '../metrics/traffic.js'
import { LaneSubscriptions } from '../push/lane-subscriptions.js'
import { OwnedShard } from './owned-shard.js'
import { Tail } from './tail.js'

const key: ShardKey = { streamId: 'a'.repeat(32) as StreamId, shard: 0 }

function block(...data: number[]): Buffer {
  const records = data.map((length) => {
    const record = Buffer.alloc(recordBytes(1, length))
    writeRecordHeader(record, 0, 1, length)
    return record
  })
  return Buffer.concat(records)
}

async function shardAt(
  clock: { ms: number },
  options: { throughput?: ThroughputLimits; tailBytes?: number; store?: MemoryLogStore; meters?: LaneMeters } = {},
) {
  const store = options.store ?? new MemoryLogStore()
  return OwnedShard.open({
    key,
    store,
    tail: new Tail(options.tailBytes ?? 1e9).shard(),
    clock: { nowMs: () => clock.ms },
    terms: { retentionHours: 24, creationSecond: 0 },
    throughput: options.throughput,
    meters: options.meters ?? new LaneMeters(),
    room: new AnswerRoom(new ByteBudget(ByteBudget.allocate(1 << 28))),
  })
}

const all = { shard: key, from: { kind: 'offset' as const, offset: 0 }, recordsMax: 10_000, bytesMax: 10 << 20 }

async function offsetsRead(shard: OwnedShard, request = all) {
  const reply = await shard.read(request)
  assert.equal(reply.kind, 'page')
  if (reply.kind !== 'page') throw new Error('no page')
  return {
    reply,
    offsets: reply.batches.flatMap((batch) => Array.from({ length: batch.recordCount }, (_, i) => batch.baseOffset + i)),
  }
}

test('a shard takes what it was given, not what AWS gives', async () => {
  const shard = await shardAt({ ms: 0 }, { throughput: { ...raisableLimits, writeRecordsPerShardPerSecond: 3 } })
  const reply = await shard.append(block(1, 1, 1, 1, 1), 5)
  assert.deepEqual(reply.kind === 'appended' && reply.throttled, [3, 4])
})

test('records admitted of a batch that exceeds the rate have consecutive offsets, the others are named', async () => {
  const shard = await shardAt({ ms: 0 }, { throughput: raisableLimits })
  const half = 600_000
  const reply = await shard.append(block(half, half, 10, half), 4)
  assert.deepEqual(reply, { kind: 'appended', baseOffset: 0, arrivalMs: 0, encrypted: false, throttled: [2, 3] })
  assert.deepEqual((await offsetsRead(shard)).offsets, [0, 1])
})

test('a shard over its rate admits nothing, and a second later it does', async () => {
  const clock = { ms: 0 }
  const shard = await shardAt(clock, { throughput: raisableLimits })
  await shard.append(block(...new Array(1000).fill(1)), 1000)
  assert.deepEqual(await shard.append(block(1), 1), { kind: 'throttled' })
  clock.ms = 1000
  assert.equal((await shard.append(block(1), 1)).kind, 'appended')
})

test('a record of 10 MiB passes a shard of 1 MiB/s and delays what follows', async () => {
  const clock = { ms: 0 }
  const shard = await shardAt(clock, { throughput: raisableLimits })
  assert.equal((await shard.append(block(10 << 20), 1)).kind, 'appended')
  clock.ms = 8_900
  assert.equal((await shard.append(block(1), 1)).kind, 'throttled')
  clock.ms = 9_100
  assert.equal((await shard.append(block(1), 1)).kind, 'appended')
})

test('the sixth read within a second is refused, and after a large page reads wait for its bytes', async () => {
  const clock = { ms: 0 }
  const shard = await shardAt(clock, { throughput: raisableLimits })
  await shard.append(block(10 << 20), 1)
  assert.equal((await shard.read(all)).kind, 'page')
  assert.deepEqual(await shard.read(all), { kind: 'throttled', by: 'bytes' })
  clock.ms = 3_900
  assert.equal((await shard.read(all)).kind, 'throttled')
  clock.ms = 5_000
  for (let i = 0; i < 5; i++) {
    assert.equal((await shard.read({ ...all, from: { kind: 'offset', offset: 1 } })).kind, 'page')
  }
  assert.deepEqual(await shard.read(all), { kind: 'throttled', by: 'calls' })
})

test('the sixth iterator within a second is refused, whatever was read meanwhile', async () => {
  const clock = { ms: 0 }
  const shard = await shardAt(clock, { throughput: raisableLimits })
  await shard.append(block(1), 1)
  await shard.read(all)
  const admitted = { kind: 'admitted', nextOffset: 1 }
  for (let i = 0; i < 5; i++) assert.deepEqual(shard.admitIterator(), admitted)
  assert.deepEqual(shard.admitIterator(), { kind: 'throttled' })
  clock.ms = 200
  assert.deepEqual([shard.admitIterator(), shard.admitIterator()], [admitted, { kind: 'throttled' }])
  const unlimited = await shardAt(clock)
  for (let i = 0; i < 100; i++) assert.equal(unlimited.admitIterator().kind, 'admitted')
})

test('reads the same from the tail, from the log and across both', async () => {
  const store = new MemoryLogStore()
  const wide = await shardAt({ ms: 0 }, { store })
  for (let i = 0; i < 50; i++) await wide.append(block(5, 6, 7), 3)
  wide.close('stopping')
  const narrow = await shardAt({ ms: 0 }, { store, tailBytes: 2000 })
  for (let i = 0; i < 50; i++) await narrow.append(block(5, 6, 7), 3)
  for (const offset of [0, 1, 149, 150, 151, 290, 299]) {
    const { offsets, reply } = await offsetsRead(narrow, { ...all, from: { kind: 'offset', offset } })
    assert.deepEqual(
      offsets,
      Array.from({ length: 300 - offset }, (_, i) => offset + i),
    )
    assert.equal(reply.nextOffset, 300)
    assert.equal(reply.millisBehindLatest, 0)
  }
})

test('pages cut at the limits go on where they ended', async () => {
  const shard = await shardAt({ ms: 0 })
  for (let i = 0; i < 10; i++) await shard.append(block(100, 100, 100), 3)
  const seen: number[] = []
  for (let offset = 0; offset < 30; ) {
    const { offsets, reply } = await offsetsRead(shard, {
      ...all,
      from: { kind: 'offset', offset },
      recordsMax: 4,
      bytesMax: 330,
    })
    assert.ok(offsets.length > 0)
    seen.push(...offsets)
    offset = reply.nextOffset
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 30 }, (_, i) => i),
  )
})

test('says in seconds how far behind a reader is, also when nothing arrives, and 0 at the end alone', async () => {
  const clock = { ms: 1_999 }
  const shard = await shardAt(clock)
  await shard.append(block(1), 1)
  clock.ms = 2_000
  await shard.append(block(1), 1)
  const behind = async () => (await offsetsRead(shard, { ...all, recordsMax: 1 })).reply.millisBehindLatest
  for (const [ms, wanted] of [
    [60_000, 59_000],
    [60_999, 59_000],
    [2_000, 1_000],
    [1_999, 1_000],
  ] as const) {
    clock.ms = ms
    assert.equal(await behind(), wanted, String(ms))
  }
  assert.equal((await offsetsRead(shard)).reply.millisBehindLatest, 0)
})

test('records past their retention are not shown, in the tail or in the log', async () => {
  const clock = { ms: 0 }
  const shard = await shardAt(clock)
  await shard.append(block(1), 1)
  clock.ms = 3_600_000
  await shard.append(block(1), 1)
  clock.ms = 24 * 3_600_000 + 1
  assert.deepEqual((await offsetsRead(shard)).offsets, [1])
  assert.deepEqual((await offsetsRead(shard, { ...all, from: { kind: 'timestamp', arrivalMs: 0 } as never })).offsets, [1])
})

test('what was past its retention is not shown again when the clock is set back, and records arrive no earlier than those before', async () => {
  const clock = { ms: 0 }
  const shard = await shardAt(clock)
  await shard.append(block(1), 1)
  clock.ms = 24 * 3_600_000 + 1
  assert.deepEqual((await offsetsRead(shard)).offsets, [])
  await shard.append(block(1), 1)
  clock.ms = 3_600_000
  await shard.append(block(1), 1)
  const { offsets, reply } = await offsetsRead(shard)
  assert.deepEqual(offsets, [1, 2])
  assert.deepEqual(
    reply.batches.map(({ arrivalMs }) => arrivalMs),
    [24 * 3_600_000 + 1, 24 * 3_600_000 + 1],
  )
  assert.deepEqual((await offsetsRead(shard, { ...all, from: { kind: 'timestamp', arrivalMs: 0 } as never })).offsets, [1, 2])
})

test('a sealed shard answers sealed, and its last page says that it is the end', async () => {
  const shard = await shardAt({ ms: 0 })
  await shard.append(block(1), 1)
  assert.equal(await shard.seal(), 0)
  assert.deepEqual(await shard.append(block(1), 1), { kind: 'sealed' })
  assert.equal((await offsetsRead(shard)).reply.atEnd, true)
})

test('a seal tells the arrival of the last record, again and again, also of a shard that was opened closed', async () => {
  const store = new MemoryLogStore()
  const clock = { ms: 1_000 }
  const shard = await shardAt(clock, { store })
  await shard.append(block(1), 1)
  clock.ms = 9_000
  assert.deepEqual([await shard.seal(), await shard.seal()], [1_000, 1_000])
  assert.equal(await (await shardAt(clock, { store })).seal(), 1_000)
})

test('an append that meets a seal on its way does not show readers the end before the seal is durable', async () => {
  const store = new MemoryLogStore()
  const shard = await shardAt({ ms: 0 }, { store })
  store.append = async () => ({ kind: 'sealed' })
  assert.deepEqual(await shard.append(block(1), 1), { kind: 'sealed' })
  assert.equal((await offsetsRead(shard)).reply.atEnd, false)
})

test('every way to the end of a closed shard finds it, also where it never had a record', async () => {
  for (const records of [0, 1, 3]) {
    const shard = await shardAt({ ms: 1_000 })
    for (let i = 0; i < records; i++) await shard.append(block(1), 1)
    await shard.seal()
    const starts = [
      { kind: 'offset', offset: 0 },
      { kind: 'offset', offset: records },
      { kind: 'offset', offset: Number.MAX_SAFE_INTEGER },
      { kind: 'timestamp', arrivalMs: 0 },
      { kind: 'timestamp', arrivalMs: 2_000 },
    ] as const
    for (const from of starts) {
      const { reply } = await offsetsRead(shard, { ...all, from: from as never })
      assert.deepEqual([reply.atEnd, reply.millisBehindLatest], [true, 0], JSON.stringify({ records, from }))
    }
    if (records > 1) assert.equal((await offsetsRead(shard, { ...all, recordsMax: 1 })).reply.atEnd, false)
  }
})

test('records of a shard that a reshard closes get its last second until the map changes', async () => {
  const clock = { ms: 11_500 }
  const shard = await shardAt(clock)
  shard.setTerms({ retentionHours: 24, creationSecond: 0, closesSecond: 10 })
  const arrivals = [await shard.append(block(1), 1), await shard.append(block(1), 1)]
  clock.ms = 17_000
  arrivals.push(await shard.append(block(1), 1))
  assert.deepEqual(
    arrivals.map((reply) => reply.kind === 'appended' && reply.arrivalMs),
    [10_999, 10_999, 17_000],
  )
})

test('counts what goes in, what comes out and what is refused, of the shard and of all shards of the lane', async () => {
  const meters = new LaneMeters()
  const clock = { ms: 0 }
  const shards = [
    await shardAt(clock, { throughput: raisableLimits, meters }),
    await shardAt(clock, { throughput: raisableLimits, meters }),
  ]
  for (const shard of shards) await shard.append(block(600_000, 600_000, 10), 3)
  clock.ms = 50
  for (let i = 0; i < 6; i++) await shards[0].read({ ...all, recordsMax: 1 })
  const written = { incomingRecords: 2, incomingBytes: 1_200_002, throttledRecords: 1 }
  const read = { outgoingRecords: 4, outgoingBytes: 2_400_004, throttledReads: 2, readAgeMs: 50 }
  const unread = { outgoingRecords: 0, outgoingBytes: 0, throttledReads: 0, readAgeMs: 0 }
  assert.deepEqual(figuresOf(shards[0].traffic), { ...written, ...read })
  assert.deepEqual(figuresOf(shards[1].traffic), { ...written, ...unread })
  const both = { incomingRecords: 4, incomingBytes: 2_400_004, throttledRecords: 2 }
  assert.deepEqual(figuresOf(meters.traffic), { ...both, ...read })
})

function figuresOf(traffic: Traffic) {
  const { incomingRecords, incomingBytes, throttledRecords } = traffic
  const { outgoingRecords, outgoingBytes, throttledReads, readAgeMs } = traffic
  return { incomingRecords, incomingBytes, throttledRecords, outgoingRecords, outgoingBytes, throttledReads, readAgeMs }
}

test('a subscriber who waits hears at once that the shard is sealed', async () => {
  const shard = await shardAt({ ms: 0 })
  const ids = new LaneSubscriptions()
  const consumer = { name: 'c', createdSecond: 1 }
  const reply = shard.subscriptions.subscribe(
    { shard: key, consumer, from: { kind: 'latest' }, reader: 1, dryRun: false },
    true,
    ids,
  )
  assert.equal(reply.kind, 'subscribed')
  const subscription = reply.kind === 'subscribed' ? reply.subscription : 0
  const waiting = ids.next(subscription)
  await shard.seal()
  const page = await waiting
  assert.ok(page.kind === 'page' && page.atEnd)
  assert.deepEqual(await ids.next(subscription), { kind: 'ended', reason: 'shardEnd' })
})
