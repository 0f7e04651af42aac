import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerReader, AnswerRoom, ByteBudget, type CallContext } from '@millrace/aws-wire'
import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import { type ShardEntry, ShardMap, type ShardOwner, type StreamUpdate, sealIterator } from '@millrace/streams'
import { Owners } from '../route/owners.js'
import { GetRecords } from './get-records.js'

const streamId = 'a'.repeat(32) as StreamId
const address = { node: 0, lane: 0 }
const key = Buffer.alloc(32)
const nowMs = 1_700_000_000_000

const parent: ShardEntry = {
  index: 0,
  startingHashKey: '0',
  endingHashKey: '340282366920938463463374607431768211455',
  creationSecond: 1,
  owner: address,
}
const closed: ShardEntry = { ...parent, closedSecond: 9 }
const child: ShardEntry = { ...parent, index: 1, creationSecond: 10, parent: 0 }

/** A page of a shard that is sealed and has nothing more, as a lane sees it whose map shows these shards. */
async function lastPage(shards: readonly ShardEntry[]) {
  const answer = await get(shards, nowMs)
  return answer.ok ? answer.value : assert.fail(JSON.stringify(answer.error))
}

async function get(shards: readonly ShardEntry[], createdMs: number, shard = 0, later: readonly ShardEntry[] = []) {
  const place = { account: '000000000000' as AccountId, region: 'us-east-1' as Region, name: 'orders' as StreamName }
  const entry = { ...place, id: streamId, status: 'UPDATING', shards, dataKeys: [] } as unknown as StreamUpdate
  const map = new ShardMap()
  map.apply({ revision: 1, complete: true, streams: [entry], removedStreams: [] })
  const page = { kind: 'page', batches: [], nextOffset: 3, lastArrivalMs: 0, millisBehindLatest: 0, atEnd: true }
  const owners = new Owners()
  owners.add(address, { read: async () => page } as unknown as ShardOwner)
  const room = new AnswerRoom(new ByteBudget(ByteBudget.allocate(1 << 30)))
  const handler = new GetRecords(
    map,
    owners,
    () => key,
    () => nowMs,
    room,
  ).handler()
  assert.equal(handler.form, 'get')
  const position = { createdMs, streamId, shard, from: { kind: 'offset', offset: 3 } } as const
  const { name: streamName, ...where } = place
  const ShardIterator = sealIterator({ ...position, ...where, streamName }, key)
  const answer = (handler as Extract<typeof handler, { form: 'get' }>).handle(
    { request: { reader: new AnswerReader() } } as CallContext,
    { ShardIterator },
  )
  if (later.length > 0) map.apply({ revision: 2, complete: true, streams: [{ ...entry, shards: later }], removedStreams: [] })
  return answer
}

test('at the end of a closed shard there are its children and no next iterator', async () => {
  const { nextShardIterator, childShards } = await lastPage([closed, child])
  assert.equal(nextShardIterator, undefined)
  assert.deepEqual(
    childShards?.map(({ ShardId }) => ShardId),
    ['shardId-000000000001'],
  )
})

test('while a shard is sealed and the map does not show its children yet, a reader is told to come again', async () => {
  const { nextShardIterator, childShards } = await lastPage([parent])
  assert.equal(childShards, undefined)
  assert.ok(nextShardIterator)
})

test('an iterator lasts five minutes; one that a clock that was set back has left in the future has expired too', async () => {
  for (const [createdMs, isTaken] of [
    [nowMs - 300_000, true],
    [nowMs - 300_001, false],
    [nowMs + 300_000, true],
    [nowMs + 300_001, false],
  ] as const) {
    const answer = await get([parent], createdMs)
    assert.equal(answer.ok ? 'taken' : answer.error.kind, isTaken ? 'taken' : 'IteratorExpired')
  }
})

test('a child that another lane has told of is read when the map of this lane shows it; one that nothing opens does not exist', async () => {
  const answer = await get([{ ...parent, closesSecond: 9 }], nowMs, 1, [closed, child])
  assert.ok(answer.ok, JSON.stringify(answer))
  const none = await get([parent], nowMs, 1)
  assert.equal(!none.ok && none.error.kind, 'ShardDoesNotExist')
})
