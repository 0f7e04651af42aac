import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { AnswerRoom, ByteBudget, type CallContext, type PutResults, type PutSource } from '@millrace/aws-wire'
import { MemoryLogStore } from '@millrace/log-store'
import {
  type AccountId,
  RecordCursor,
  type Region,
  raisableLimits,
  type StreamId,
  type StreamName,
  type ThroughputLimits,
} from '@millrace/model'
import { parseSequenceNumber, type ShardEntry, ShardMap, type ShardOwner, type StreamUpdate } from '@millrace/streams'
import fc from 'fast-check'
import { LaneMeters } from '../metrics/lane-meters.js'
import { LaneShards } from '../owner/lane-shards.js'
import { Tail } from '../owner/tail.js'
import { Owners } from '../route/owners.js'
import { Put } from './put.js'

const account = '000000000000' as AccountId
const region = 'us-east-1' as Region
const streamId = 'b'.repeat(32) as StreamId
const span = 1n << 126n

interface TestRecord {
  readonly key?: string
  readonly data: string
  readonly explicit?: string
}

function sourceOf(records: readonly TestRecord[], more: Partial<PutSource> = {}): PutSource {
  return {
    streamName: 's',
    streamArn: undefined,
    dryRun: false,
    sequenceNumberForOrdering: undefined,
    recordCount: records.length,
    dataLength: (i) => Buffer.byteLength(records[i].data),
    keyLength: (i) => (records[i].key === undefined ? -1 : Buffer.byteLength(records[i].key)),
    explicitHashKey: (i) => records[i].explicit,
    writeKey: (i, target, at) => void target.write(records[i].key ?? '', at),
    writeData(i, target, at) {
      target.write(records[i].data, at)
      return true
    },
    ...more,
  }
}

function shardEntry(index: number, lane: number, more: Partial<ShardEntry> = {}): ShardEntry {
  const startingHashKey = String(span * BigInt(index % 4))
  const endingHashKey = String(span * BigInt((index % 4) + 1) - 1n)
  return { index, startingHashKey, endingHashKey, creationSecond: 1_700_000_000, owner: { node: 0, lane }, ...more }
}

function streamEntry(shards: ShardEntry[], more: Partial<StreamUpdate> = {}): StreamUpdate {
  return {
    id: streamId,
    account,
    region,
    name: 's' as StreamName,
    status: 'ACTIVE',
    mode: 'PROVISIONED',
    createdMs: 0,
    retentionHours: 24,
    maxRecordBytes: 1_048_576,
    recordDistribution: 'PARTITION_KEY',
    dataKeys: [],
    shardLevelMetrics: [],
    consumers: [],
    shards,
    ...more,
  }
}

const fourShards = [0, 1, 2, 3].map((index) => shardEntry(index, index % 2))

/** Two lanes over two stores, as the put of either sees them. */
function world(entry = streamEntry(fourShards), throughput?: ThroughputLimits, rerouteMsMax?: number) {
  const map = new ShardMap()
  const owners = new Owners()
  const stores = [new MemoryLogStore(), new MemoryLogStore()]
  const clock = { nowMs: () => 1_700_000_100_000 }
  const lanes = stores.map((store, lane) => {
    const address = { node: 0, lane }
    const room = new AnswerRoom(new ByteBudget(ByteBudget.allocate(1 << 28)))
    const shards = new LaneShards({ address, map, store, tail: new Tail(1e8), clock, throughput, meters: new LaneMeters(), room })
    owners.add(address, shards)
    return shards
  })
  const put = new Put(map, owners, () => Date.now(), rerouteMsMax)
  const update = (revision: number, changed: StreamUpdate) => {
    const present = new Set(changed.shards.map(({ index }) => index))
    const goneShards = [...(map.byStreamId(streamId)?.shardIndexes() ?? [])].filter((index) => !present.has(index))
    map.apply({ revision, complete: revision === 1, streams: [{ ...changed, goneShards }], removedStreams: [] })
  }
  update(1, entry)
  const send = (source: PutSource, operation = 'PutRecords') => {
    const context = { operation, account, region } as CallContext
    const handler = put.handler()
    if (handler.form !== 'put') throw new Error('not a put')
    return handler.handle(context, source)
  }
  return { send, stores, update, lanes, owners }
}

/** A lane that says that it stores encrypted, or in the clear. */
function storing(lane: LaneShards, encrypted: boolean): ShardOwner {
  const append: ShardOwner['append'] = async (request) => {
    const { parts } = await lane.append(request)
    return { parts: parts.map((part) => (part.kind === 'appended' ? { ...part, encrypted } : part)) }
  }
  return Object.assign(Object.create(lane), { append })
}

async function stored(stores: readonly MemoryLogStore[], shard: number): Promise<string[]> {
  const found: string[] = []
  for (const store of stores) {
    const page = await store.read({ streamId, shard }, { kind: 'offset', offset: 0 }, { recordsMax: 1e6, bytesMax: 1e9 })
    for (const batch of page.batches) {
      for (const cursor = new RecordCursor(batch.records); cursor.next(); ) {
        const key = batch.records.toString('utf8', cursor.keyAt, cursor.keyAt + cursor.keyLength)
        found.push(`${key}=${batch.records.toString('utf8', cursor.dataAt, cursor.dataAt + cursor.dataLength)}`)
      }
    }
  }
  return found
}

async function results(answer: Awaited<ReturnType<ReturnType<typeof world>['send']>>): Promise<PutResults> {
  if (answer === 'undecodable' || !answer.ok) throw new Error(`refused: ${JSON.stringify(answer)}`)
  return answer.value
}

function sequenceOf(outcome: PutResults, record: number): string {
  const target = Buffer.alloc(56)
  outcome.writeSequenceNumber(record, target, 0)
  return target.toString('latin1')
}

test('every record lands, in order, in the shard that its key hashes to, and its sequence number names that place', async () => {
  const record = fc.record(
    { key: fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }), data: fc.string() },
    { noNullPrototype: true },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 60 }), async (records) => {
      const { send, stores } = world()
      const outcome = await results(await send(sourceOf(records)))
      const expected: string[][] = [[], [], [], []]
      records.forEach(({ key, data }, i) => {
        const shard = Number(BigInt(`0x${createHash('md5').update(key).digest('hex')}`) / span)
        assert.equal(outcome.shardIdOf(i), `shardId-00000000000${shard}`)
        const parts = parseSequenceNumber(sequenceOf(outcome, i))
        assert.equal(parts?.shard, shard)
        assert.equal(Number(parts?.counter), expected[shard].length + 1)
        expected[shard].push(`${key}=${data}`)
      })
      for (let shard = 0; shard < 4; shard++) assert.deepEqual(await stored(stores, shard), expected[shard])
    }),
    { numRuns: 60 },
  )
})

test('an explicit hash key decides, and one of 2^128 refuses all records and stores none', async () => {
  const { send, stores } = world()
  const outcome = await results(await send(sourceOf([{ key: 'k', data: 'x', explicit: String(span * 3n) }])))
  assert.equal(outcome.shardIdOf(0), 'shardId-000000000003')
  const answer = await send(
    sourceOf([
      { key: 'k', data: 'y' },
      { key: 'k', data: 'z', explicit: String(1n << 128n) },
    ]),
  )
  assert.deepEqual(answer, {
    ok: false,
    error: {
      kind: 'InvalidArgument',
      message: `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${1n << 128n}`,
    },
  })
  assert.deepEqual((await Promise.all([0, 1, 2, 3].map((shard) => stored(stores, shard)))).flat(), ['k=x'])
})

test('data that turns out undecodable stores nothing of the request', async () => {
  const { send, stores } = world(streamEntry([shardEntry(0, 0)]))
  const records = [
    { key: 'a', data: '1' },
    { key: 'b', data: '2' },
  ]
  assert.equal(await send(sourceOf(records, { writeData: (i) => i === 0 })), 'undecodable')
  assert.deepEqual(await stored(stores, 0), [])
})

test('throttled records are refused one by one, a single one as a whole', async () => {
  const { send, stores } = world(streamEntry([shardEntry(0, 0)]), raisableLimits)
  const large = 'x'.repeat(700_000)
  const records = [large, large, 'small', large].map((data, i) => ({ key: `k${i}`, data }))
  const outcome = await results(await send(sourceOf(records)))
  assert.equal(outcome.failedCount, 2)
  const message = 'Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.'
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => outcome.errorOf(i)?.code),
    [undefined, undefined, 'ProvisionedThroughputExceededException', 'ProvisionedThroughputExceededException'],
  )
  assert.equal(outcome.errorOf(3)?.message, message)
  assert.equal((await stored(stores, 0)).length, 2)
  const single = await send(sourceOf([{ key: 'k', data: 'x' }]), 'PutRecord')
  assert.deepEqual(single, { ok: false, error: { kind: 'ThroughputExceeded', message } })
})

test('records that meet a sealed shard wait for its children; those of other shards are stored once', async () => {
  const { send, stores, update } = world()
  await stores[0].seal({ streamId, shard: 0 })
  const records = [0n, 1n, 2n, 3n].map((n) => ({ key: `k${n}`, data: 'x', explicit: String(span * n + 5n) }))
  const sent = send(sourceOf(records))
  const children = [shardEntry(0, 0, { closedSecond: 1_700_000_001 }), ...fourShards.slice(1), shardEntry(4, 1, { parent: 0 })]
  setTimeout(() => update(2, streamEntry(children)), 20)
  const outcome = await results(await sent)
  assert.equal(outcome.failedCount, 0)
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => Number(outcome.shardIdOf(i).slice(-1))),
    [4, 1, 2, 3],
  )
  assert.deepEqual((await Promise.all([0, 1, 2, 3, 4].map((shard) => stored(stores, shard)))).flat(), [
    'k1=x',
    'k2=x',
    'k3=x',
    'k0=x',
  ])
})

test('where no map leads on in time, what met the sealed shard is refused, and a retry is useful', async () => {
  const { send, stores } = world(streamEntry(fourShards), undefined, 50)
  await stores[0].seal({ streamId, shard: 0 })
  const records = [0n, 1n].map((n) => ({ key: `k${n}`, data: 'x', explicit: String(span * n + 5n) }))
  const outcome = await results(await send(sourceOf(records)))
  assert.equal(outcome.failedCount, 1)
  assert.deepEqual(
    [0, 1].map((i) => outcome.errorOf(i)?.code),
    ['InternalFailure', undefined],
  )
  const single = await send(sourceOf(records.slice(0, 1)), 'PutRecord')
  assert.ok(single !== 'undecodable' && !single.ok && single.error.kind === 'Unavailable' && single.error.outcome === 'none')
})

test('a put that meets the seal when the map has led on already needs no other map', async () => {
  const { send, stores, lanes, update } = world(streamEntry(fourShards), undefined, 60_000)
  await stores[0].seal({ streamId, shard: 0 })
  const children = [shardEntry(0, 0, { closedSecond: 1_700_000_001 }), ...fourShards.slice(1), shardEntry(4, 1, { parent: 0 })]
  const append = lanes[0].append.bind(lanes[0])
  lanes[0].append = async (request) => {
    const reply = await append(request)
    update(2, streamEntry(children))
    return reply
  }
  const outcome = await results(await send(sourceOf([{ key: 'k', data: 'x', explicit: '5' }])))
  assert.equal(outcome.shardIdOf(0), 'shardId-000000000004')
})

test('a put that meets a sealed shard of a stream that is then deleted finds no stream', async () => {
  const { send, stores, update } = world()
  await stores[0].seal({ streamId, shard: 0 })
  const sent = send(sourceOf([{ key: 'k', data: 'x', explicit: '0' }]), 'PutRecord')
  update(2, streamEntry([], { status: 'DELETING' }))
  assert.deepEqual(await sent, { ok: false, error: { kind: 'StreamNotFound', stream: 's', account } })
})

test('a stream that is being created, or whose record size is passed, takes nothing', async () => {
  const creating = world(streamEntry([], { status: 'CREATING' }))
  assert.deepEqual(await creating.send(sourceOf([{ key: 'k', data: 'x' }])), {
    ok: false,
    error: { kind: 'StreamNotFound', stream: 's', account },
  })
  const { send, stores } = world(streamEntry([shardEntry(0, 0)]))
  const answer = await send(
    sourceOf([
      { key: 'k', data: 'x' },
      { key: 'k', data: 'x'.repeat(1_048_576) },
    ]),
  )
  assert.ok(answer !== 'undecodable' && !answer.ok && answer.error.kind === 'InvalidArgument')
  assert.deepEqual(await stored(stores, 0), [])
})

test('without a partition key only AUTO distribution takes a record, and spreads them', async () => {
  const refused = await world().send(sourceOf([{ data: 'x' }]), 'PutRecord')
  assert.ok(refused !== 'undecodable' && !refused.ok && refused.error.kind === 'ValidationFailed')
  const auto = world(streamEntry(fourShards, { recordDistribution: 'AUTO' }))
  const outcome = await results(await auto.send(sourceOf(Array.from({ length: 8 }, () => ({ data: 'x', explicit: '0' })))))
  const shards = Array.from({ length: 8 }, (_, i) => outcome.shardIdOf(i))
  assert.equal(new Set(shards).size, 4)
})

test('a dry run stores nothing', async () => {
  const { send, stores } = world()
  assert.deepEqual(await send(sourceOf([{ key: 'k', data: 'x' }], { dryRun: true })), {
    ok: false,
    error: { kind: 'DryRunPassed', operation: 'PutRecords' },
  })
  assert.deepEqual((await Promise.all([0, 1, 2, 3].map((shard) => stored(stores, shard)))).flat(), [])
})

test('records of many mebibytes are decoded in several turns of the loop', async () => {
  let turns = 0
  let turning = setImmediate(function turn() {
    turns++
    turning = setImmediate(turn)
  })
  const decodedAt: number[] = []
  const records = Array.from({ length: 8 }, (_, i) => ({ key: `k${i}`, data: 'x'.repeat(1_000_000) }))
  const writeData = () => decodedAt.push(turns) > 0
  const answer = await world().send(sourceOf(records, { writeData }))
  clearImmediate(turning)
  assert.equal((await results(answer)).failedCount, 0)
  assert.deepEqual(
    decodedAt.map((at) => at - decodedAt[0]),
    [0, 0, 1, 1, 2, 2, 3, 3],
  )
})

test('a put says that it was encrypted where its owners stored all of it so, whatever the map of the lane that took it says', async () => {
  const encryption = { keyId: 'alias/aws/kinesis', dataKeyId: 1 }
  for (const more of [{}, { encryption }]) {
    const { send, owners, lanes } = world(streamEntry(fourShards, more))
    const records = [0n, 1n, 2n].map((shard) => ({ key: 'k', data: 'd', explicit: String(span * shard) }))
    for (const [first, second] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]) {
      owners.add({ node: 0, lane: 0 }, storing(lanes[0], first))
      owners.add({ node: 0, lane: 1 }, storing(lanes[1], second))
      const answer = await send(sourceOf(records))
      assert.ok(answer !== 'undecodable' && answer.ok)
      assert.equal(answer.value.encrypted, first && second)
      const single = await send(sourceOf(records.slice(1, 2)), 'PutRecord')
      assert.ok(single !== 'undecodable' && single.ok)
      assert.equal(single.value.encrypted, second)
    }
  }
})
