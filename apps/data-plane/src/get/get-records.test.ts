import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerReader, AnswerRoom, ByteBudget, type CallContext } from '@millrace/aws-wire'
import type { AccountId, Region, StreamId, StreamName } from '@millrace/model'
import { type ReadRequest, type ShardEntry, ShardMap, type ShardOwner, type StreamUpdate, sealIterator } from '@millrace/streams'
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

interface Asked {
  readonly shard?: number
  readonly maxRecordBytes?: number
  readonly room?: AnswerRoom
  /** Told how large a page the owner is asked for. */
  readonly onRead?: (bytesMax: number) => void
  /** The shards that the map shows when the call has begun. */
  readonly later?: readonly ShardEntry[]
}

async function get(shards: readonly ShardEntry[], createdMs: number, asked: Asked = {}) {
  const { shard = 0, maxRecordBytes = 1 << 20, room = new AnswerRoom(budgetOf(1 << 30)), later, onRead } = asked
  const place = { account: '000000000000' as AccountId, region: 'us-east-1' as Region, name: 'orders' as StreamName }
  const entry = { ...place, id: streamId, status: 'UPDATING', maxRecordBytes, shards, dataKeys: [] } as unknown as StreamUpdate
  const map = new ShardMap()
  map.apply({ revision: 1, complete: true, streams: [entry], removedStreams: [] })
  const page = { kind: 'page', batches: [], nextOffset: 3, lastArrivalMs: 0, millisBehindLatest: 0, atEnd: true }
  const read = async ({ bytesMax }: ReadRequest) => {
    onRead?.(bytesMax)
    return page
  }
  const owners = new Owners()
  owners.add(address, { read } as unknown as ShardOwner)
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
  const context = { request: { reader: new AnswerReader() } } as CallContext
  const answer = (handler as Extract<typeof handler, { form: 'get' }>).handle(context, { ShardIterator })
  if (later) map.apply({ revision: 2, complete: true, streams: [{ ...entry, shards: later }], removedStreams: [] })
  return answer
}

function budgetOf(bytes: number): ByteBudget {
  return new ByteBudget(ByteBudget.allocate(bytes))
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
  const answer = await get([{ ...parent, closesSecond: 9 }], nowMs, { shard: 1, later: [closed, child] })
  assert.ok(answer.ok, JSON.stringify(answer))
  const none = await get([parent], nowMs, { shard: 1 })
  assert.equal(!none.ok && none.error.kind, 'ShardDoesNotExist')
})

test('a page that has waited long is a short one, where no record of its stream is larger than that', async () => {
  const pageBytes = 10 << 20
  for (const [maxRecordBytes, bytesMax] of [
    [1 << 20, 1 << 20],
    [(1 << 20) + 1024, pageBytes],
  ]) {
    const budget = budgetOf(64 << 20)
    budget.add(40 << 20)
    const asked: number[] = []
    const onRead = (bytes: number) => asked.push(bytes)
    const answer = get([parent], nowMs, { maxRecordBytes, onRead, room: new AnswerRoom(budget) })
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    budget.release(40 << 20)
    assert.equal((await answer).ok, true)
    assert.deepEqual(asked, [bytesMax])
  }
})
