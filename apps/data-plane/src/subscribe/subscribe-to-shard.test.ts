import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventSource } from '@millrace/aws-wire'
import { raisableLimits } from '@millrace/model'
import { account, consumerArn, FanOut, seen, settled, streamArn, streamEntry, streamId } from './subscribe.fixture.js'

const dataOf = async (events: EventSource) => seen(await events.next()).data

for (const [shard, where] of [
  [0, 'of this lane'],
  [1, 'of another lane'],
] as const) {
  test(`records of a shard ${where} are pushed when they are durable, each once, in order`, async (t) => {
    const fanOut = new FanOut(t)
    await fanOut.put(shard, 'before')
    const events = await fanOut.subscribe(shard)
    const waiting = events.next()
    assert.equal(await settled(waiting), undefined)
    await fanOut.put(shard, 'a', 'b')
    assert.deepEqual(seen(await waiting).data, ['a', 'b'])
    await fanOut.put(shard, 'c')
    await fanOut.put(shard, 'd')
    assert.deepEqual(await dataOf(events), ['c', 'd'])
  })

  test(`a reader of a shard ${where} who leaves frees his subscription while he waits`, async (t) => {
    const fanOut = new FanOut(t)
    const events = await fanOut.subscribe(shard)
    const waiting = events.next()
    events.cancel()
    assert.equal(await waiting, undefined)
    fanOut.nowMs += 5_000
    const next = await fanOut.subscribe(shard)
    await fanOut.put(shard, 'a')
    assert.deepEqual(await dataOf(next), ['a'])
  })
}

test('batches that become durable together go in one event', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(0)
  const waiting = events.next()
  await Promise.all([fanOut.put(0, 'a'), fanOut.put(0, 'b'), fanOut.put(0, 'c')])
  assert.deepEqual(seen(await waiting).data, ['a', 'b', 'c'])
})

test('who is behind the tail in memory reads on from the log, and loses nothing', async (t) => {
  const fanOut = new FanOut(t, { tailBytesMax: 1000 })
  const events = await fanOut.subscribe(1)
  const wanted = Array.from({ length: 100 }, (_, i) => `${i}`)
  for (const data of wanted) await fanOut.put(1, data)
  const got: string[] = []
  while (got.length < wanted.length) got.push(...(await dataOf(events)))
  assert.deepEqual(got, wanted)
})

test('an event holds a mebibyte of records, or one larger record', async (t) => {
  const fanOut = new FanOut(t)
  const kib = Buffer.alloc(1000, 'x')
  await fanOut.put(0, ...Array.from({ length: 2_500 }, () => kib))
  await fanOut.put(0, Buffer.alloc(3 << 20, 'y'), 'z')
  const events = await fanOut.subscribe(0, { Type: 'TRIM_HORIZON' })
  const sizes: number[] = []
  for (let i = 0; i < 5; i++) sizes.push((await dataOf(events)).reduce((bytes, data) => bytes + data.length, 0))
  assert.deepEqual(
    sizes.map((bytes) => bytes <= 1 << 20),
    [true, true, true, false, true],
  )
  assert.equal(sizes[3], 3 << 20)
})

test('every starting position begins where GetShardIterator would', async (t) => {
  const fanOut = new FanOut(t)
  await fanOut.put(0, 'a')
  fanOut.nowMs += 1000
  await fanOut.put(0, 'b', 'c')
  const begin = async (position: Record<string, unknown>) => {
    fanOut.nowMs += 5000
    return seen(await (await fanOut.subscribe(0, position)).next())
  }
  const all = await begin({ Type: 'TRIM_HORIZON' })
  assert.deepEqual(all.data, ['a', 'b', 'c'])
  const [, SequenceNumber] = all.sequenceNumbers
  assert.deepEqual((await begin({ Type: 'AT_SEQUENCE_NUMBER', SequenceNumber })).data, ['b', 'c'])
  assert.deepEqual((await begin({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })).data, ['c'])
  const at = (ms: number) => begin({ Type: 'AT_TIMESTAMP', Timestamp: new Date(ms) })
  assert.deepEqual((await at(0)).data, ['a', 'b', 'c'])
  assert.deepEqual((await at(1_700_000_101_000)).data, ['b', 'c'])
})

test('from the end, and from a time after the last record, a subscription shows what comes', async (t) => {
  const fanOut = new FanOut(t)
  await fanOut.put(0, 'a')
  for (const Type of ['LATEST', 'AT_TIMESTAMP']) {
    fanOut.nowMs += 5000
    const Timestamp = Type === 'LATEST' ? undefined : new Date(fanOut.nowMs)
    const events = await fanOut.subscribe(0, { Type, Timestamp })
    const waiting = events.next()
    assert.equal(await settled(waiting), undefined)
    await fanOut.put(0, Type)
    assert.deepEqual(seen(await waiting).data, [Type])
  }
})

test('a continuation is a starting position, also before any record', async (t) => {
  const fanOut = new FanOut(t)
  const again = async (SequenceNumber: string | undefined) => {
    fanOut.nowMs += 5000
    return fanOut.subscribe(0, { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })
  }
  const idle = await fanOut.silence(await fanOut.subscribe(0))
  await fanOut.put(0, 'a')
  const first = seen(await (await again(idle.continuation)).next())
  assert.deepEqual([first.data, first.continuation], [['a'], first.sequenceNumbers[0]])
  await fanOut.put(0, 'b')
  assert.deepEqual(await dataOf(await again(first.continuation)), ['b'])
})

test('an empty event says every five seconds that a silent subscription lives, from its beginning', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(1)
  const next = async () => {
    const waiting = events.next()
    fanOut.nowMs += 4_999
    fanOut.tick()
    assert.equal(await settled(waiting), undefined)
    fanOut.nowMs += 1
    fanOut.tick()
    return seen(await waiting)
  }
  const first = await next()
  assert.deepEqual([first.data, first.millisBehindLatest], [[], 0])
  assert.match(first.continuation ?? '', /^[0-9]{56}$/)
  assert.deepEqual(await next(), first)
})

test('a clock that is set back makes no subscription silent', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(1)
  const waiting = events.next()
  assert.equal(await settled(waiting), undefined)
  fanOut.nowMs -= 3_600_000
  fanOut.tick()
  assert.deepEqual(seen(await waiting).data, [])
})

test('a shard that goes to another lane sends its reader away, who goes on there', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(0)
  const waiting = events.next()
  const [first, second] = streamEntry.shards
  assert.ok(first && second)
  fanOut.update({ ...streamEntry, shards: [{ ...first, owner: second.owner }, second] })
  assert.equal(await waiting, undefined)
  assert.deepEqual((await fanOut.silence(await fanOut.subscribe(0))).data, [])
})

test('a subscription ends after five minutes', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(0)
  const waiting = events.next()
  fanOut.nowMs += 300_000
  fanOut.tick()
  assert.equal(await waiting, undefined)
})

test('a second call within five seconds is refused; a later one takes over, and the first ends', async (t) => {
  const fanOut = new FanOut(t)
  const message = `Another active subscription exists for this consumer: ${account}:s:shardId-000000000001:c`
  const first = await fanOut.subscribe(1)
  const waiting = first.next()
  fanOut.nowMs += 4_999
  assert.deepEqual(await fanOut.refusal({ ShardId: '1' }), { kind: 'ResourceInUse', message })
  fanOut.nowMs += 1
  const second = await fanOut.subscribe(1)
  assert.equal(await waiting, undefined)
  assert.equal(await first.next(), undefined)
  await fanOut.put(1, 'a')
  assert.deepEqual(await dataOf(second), ['a'])
})

test('with rates on, a second call within a second of a refused one is too many', async (t) => {
  const fanOut = new FanOut(t, { throughput: raisableLimits })
  await fanOut.subscribe(0)
  fanOut.nowMs += 4_500
  await fanOut.refusal({})
  fanOut.nowMs += 600
  assert.equal((await fanOut.refusal({})).kind, 'LimitExceeded')
  fanOut.nowMs += 1_000
  assert.ok((await fanOut.call({})).ok)
})

test('with rates on, what is too much for a second waits until it is paid for', async (t) => {
  const fanOut = new FanOut(t, { throughput: raisableLimits })
  const events = await fanOut.subscribe(1)
  await fanOut.write(1, Buffer.alloc(2.1 * 1024 * 1024), 'next')
  assert.equal((await dataOf(events))[0]?.length, Math.floor(2.1 * 1024 * 1024))
  const waiting = events.next()
  assert.equal(await settled(waiting), undefined)
  fanOut.nowMs += 100
  assert.deepEqual(seen(await waiting).data, ['next'])
})

test('while answers that nobody takes fill their budget no page is made, and none is lost', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(1)
  fanOut.budget.add(fanOut.budget.bytesMax)
  await fanOut.put(1, 'a')
  const waiting = events.next()
  assert.equal(await settled(waiting), undefined)
  await fanOut.put(1, 'b')
  fanOut.budget.release(fanOut.budget.bytesMax)
  assert.deepEqual(seen(await waiting).data, ['a', 'b'])
  assert.ok(fanOut.budget.usedBytes < 100, 'the page itself, until its reader has it')
})

test('a page is made when there is room for the largest that it may have become', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(1)
  // Of a stranger, who has three quarters of the room; as text.
  fanOut.budget.add(fanOut.budget.bytesMax * 0.75 - Math.ceil((4 / 3) * 1024 * 1024) + 1)
  await fanOut.put(1, 'a')
  const waiting = events.next()
  assert.equal(await settled(waiting), undefined)
  fanOut.budget.release(1)
  assert.deepEqual(seen(await waiting).data, ['a'])
})

test('who has nothing to read needs no room', async (t) => {
  const fanOut = new FanOut(t)
  fanOut.budget.add(fanOut.budget.bytesMax)
  assert.deepEqual((await fanOut.silence(await fanOut.subscribe(1))).data, [])
})

test('a consumer that is deregistered is served until its time is up; one whose stream is deleted is not', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(1)
  fanOut.update({ ...streamEntry, consumers: [] })
  const waiting = events.next()
  assert.equal(await settled(waiting), undefined)
  await fanOut.put(1, 'a')
  assert.deepEqual(seen(await waiting).data, ['a'])
  assert.equal((await fanOut.refusal({ ShardId: '1' })).kind, 'ResourceNotFound')
  const next = events.next()
  fanOut.update({ ...streamEntry, status: 'DELETING', shards: [] })
  assert.equal(await next, undefined)
  assert.equal(await events.next(), undefined)
})

test('the last event of a closed shard has its children and no continuation, and the stream ends', async (t) => {
  const fanOut = new FanOut(t)
  await fanOut.write(1, 'last')
  await fanOut.stores[1]?.seal({ streamId, shard: 1 })
  const events = await fanOut.subscribe(1, { Type: 'TRIM_HORIZON' })
  assert.deepEqual(await dataOf(events), ['last'])
  const waiting = events.next()
  assert.equal(await settled(waiting), undefined)
  const child = { ...streamEntry.shards[0], index: 2, parent: 1 }
  fanOut.update({ ...streamEntry, shards: [...streamEntry.shards, child] as typeof streamEntry.shards })
  const last = seen(await waiting)
  assert.deepEqual([last.data, last.continuation], [[], undefined])
  assert.deepEqual(last.childShards, [
    {
      ShardId: 'shardId-000000000002',
      ParentShards: ['shardId-000000000001'],
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: '0' },
    },
  ])
  assert.equal(await events.next(), undefined)
  fanOut.nowMs += 5_000
  assert.deepEqual(seen(await (await fanOut.subscribe(1)).next()), last)
})

test('what names no consumer, stream, shard or position is refused', async (t) => {
  const fanOut = new FanOut(t)
  for (const [ConsumerARN, consumer, stream] of [
    [consumerArn.replace('stream/s', 'stream/t'), 'c', 't'],
    [`${streamArn}/consumer/d:1700000000`, 'd', 's'],
    [`${streamArn}/consumer/c:1700000001`, 'c', 's'],
  ]) {
    const message = `Consumer ${consumer} under stream: ${stream}, account ${account} not found.`
    assert.deepEqual(await fanOut.refusal({ ConsumerARN }), { kind: 'ResourceNotFound', message })
  }
  for (const ShardId of ['x', 'shardId-000000000007'])
    assert.deepEqual(await fanOut.refusal({ ShardId }), { kind: 'ShardNotFound', shardId: ShardId, stream: 's', account })
  for (const StartingPosition of [
    { Type: 'LATEST', SequenceNumber: '1' },
    { Type: 'AT_SEQUENCE_NUMBER' },
    { Type: 'AT_TIMESTAMP' },
    { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '1' },
  ]) {
    assert.equal((await fanOut.refusal({ StartingPosition })).kind, 'InvalidArgument')
  }
  fanOut.update({ ...streamEntry, consumers: [{ name: 'c', createdSecond: 1_700_000_000, status: 'CREATING' }] })
  assert.equal((await fanOut.refusal({})).kind, 'ResourceInUse')
})

test('a dry run says what would happen, and leaves nothing behind', async (t) => {
  const fanOut = new FanOut(t)
  assert.deepEqual(await fanOut.refusal({ DryRun: true }), { kind: 'DryRunPassed', operation: 'SubscribeToShard' })
  await fanOut.subscribe(0)
  assert.equal((await fanOut.refusal({ DryRun: true })).kind, 'ResourceInUse')
  assert.equal((await fanOut.refusal({ DryRun: true, ShardId: 'x' })).kind, 'ShardNotFound')
})

test('a client that is gone before its first event leaves no subscription', async (t) => {
  const fanOut = new FanOut(t)
  const gone = AbortSignal.abort()
  const subscribed = await fanOut.call({ ShardId: '1' }, gone)
  assert.ok(subscribed.ok)
  assert.equal(await subscribed.value.next(), undefined)
})

test('at the stop of its lane a subscription ends, and none begins', async (t) => {
  const fanOut = new FanOut(t)
  const events = await fanOut.subscribe(1)
  const waiting = events.next()
  fanOut.lanes[1]?.subscriptions.stop()
  assert.equal(await waiting, undefined)
  fanOut.nowMs += 5_000
  assert.equal((await fanOut.refusal({ ShardId: '1' })).kind, 'Unavailable')
})

test('who waits for the children of a closed shard is sent away at once when the lane of his connection stops, or leaves', async (t) => {
  for (const end of [(fanOut: FanOut) => fanOut.subscriber.stop(), (_: FanOut, events: EventSource) => events.cancel()]) {
    const fanOut = new FanOut(t)
    await fanOut.stores[1]?.seal({ streamId, shard: 1 })
    const events = await fanOut.subscribe(1, { Type: 'TRIM_HORIZON' })
    const last = events.next().then((event) => ({ event }))
    assert.equal(await settled(last), undefined)
    end(fanOut, events)
    assert.deepEqual(await settled(last), { event: undefined })
  }
})

test('a subscription that begins while the lane of its connection stops ends at once', async (t) => {
  const fanOut = new FanOut(t)
  const beginning = fanOut.subscribe(1)
  fanOut.subscriber.stop()
  assert.equal(await (await beginning).next(), undefined)
})
