import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis'
import { sdkVariants } from '../sdk/client/variants.js'
import { type Json, kinesis } from './client/kinesis.js'
import { sequenceParts } from './client/sequence-number.js'
import { idsOf, isOpen, merge, scale, split } from './client/shards.js'
import { active, createStream } from './client/streams.js'

const api = await kinesis()
const writers = 3
const keysOfWriter = 8

interface Taken {
  readonly shardId: string
  readonly sequenceNumber: string
  /** Writer and key. */
  readonly key: string
  /** Counts the records of a key. */
  readonly number: number
}

interface Found extends Taken {
  readonly arrivalMs: number
}

/** How an application speaks: any error of the server fails the test, for nothing tries again. */
interface Speaker {
  put(stream: string, records: readonly { readonly key: string; readonly data: string }[]): Promise<Json>
  get(iterator: string): Promise<Json>
  /** `at`: seconds; undefined: from the beginning. */
  iterator(stream: string, shardId: string, at?: number): Promise<string>
  firstShards(stream: string, at?: number): Promise<string[]>
}

const raw: Speaker = {
  put: (StreamName, records) => {
    const Records = records.map(({ key, data }) => ({ PartitionKey: key, Data: Buffer.from(data).toString('base64') }))
    return api.ok('PutRecords', { StreamName, Records })
  },
  async get(ShardIterator) {
    const page = await api.ok('GetRecords', { ShardIterator })
    return { ...page, Records: page.Records.map((record: Json) => ({ ...record, Data: Buffer.from(record.Data, 'base64') })) }
  },
  async iterator(StreamName, ShardId, Timestamp) {
    const ShardIteratorType = Timestamp === undefined ? 'TRIM_HORIZON' : 'AT_TIMESTAMP'
    return (await api.ok('GetShardIterator', { StreamName, ShardId, ShardIteratorType, Timestamp })).ShardIterator
  },
  async firstShards(StreamName, Timestamp) {
    const Type = Timestamp === undefined ? 'AT_TRIM_HORIZON' : 'AT_TIMESTAMP'
    return idsOf((await api.ok('ListShards', { StreamName, ShardFilter: { Type, Timestamp } })).Shards)
  },
}

function bySdk(client: KinesisClient): Speaker {
  return {
    put: (StreamName, records) => {
      const Records = records.map(({ key, data }) => ({ PartitionKey: key, Data: Buffer.from(data) }))
      return client.send(new PutRecordsCommand({ StreamName, Records }))
    },
    get: (ShardIterator) => client.send(new GetRecordsCommand({ ShardIterator })),
    async iterator(StreamName, ShardId) {
      const input = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const
      return (await client.send(new GetShardIteratorCommand(input))).ShardIterator ?? ''
    },
    async firstShards(StreamName) {
      const ShardFilter = { Type: 'AT_TRIM_HORIZON' } as const
      return idsOf((await client.send(new ListShardsCommand({ StreamName, ShardFilter }))).Shards ?? [])
    },
  }
}

const wanted = ['over HTTP/1.1', 'over HTTP/2 in clear text', 'over HTTP/2 and TLS']
const variants = sdkVariants(api).filter(({ title }) => wanted.includes(title))

suite('an application that puts and gets while its stream is resharded', () => {
  test('meets no error and loses no record, in plain requests, from the beginning and from any time', async () => {
    const { stream, found } = await runThrough(raw)
    const { Shards } = await api.ok('ListShards', { StreamName: stream })
    const seconds = Shards.map((shard: Json) => sequenceParts(shard.SequenceNumberRange.StartingSequenceNumber).creationSeconds)
    for (const second of new Set<number>(seconds)) {
      for (const at of [second, second - 0.001, second + 0.2]) {
        const later = found.filter(({ arrivalMs }) => arrivalMs >= at * 1000).map(place)
        assert.deepEqual((await readThrough(raw, stream, () => true, at)).map(place).sort(), later.sort(), `from ${at}`)
      }
    }
  })
  for (const { title, skip, client } of variants) {
    test(`meets no error and loses no record, with the SDK ${title}`, { skip }, async () => {
      const sdk = client()
      after(() => sdk.destroy())
      await runThrough(bySdk(sdk))
    })
  }
})

/** Splits, scales and merges under load; then every record is where it was acknowledged, and each key's are in their order. */
async function runThrough(speaker: Speaker): Promise<{ readonly stream: string; readonly found: readonly Found[] }> {
  const stream = await createStream(api, { ShardCount: 2 })
  let isOver = false
  const written = Array.from({ length: writers }, (_, i) => write(speaker, stream, `w${i}`, () => isOver))
  let isWritten = false
  const read = readThrough(speaker, stream, () => isWritten)
  await reshardEveryWay(stream).finally(() => (isOver = true))
  // The last puts are on their way when the reshards are over.
  const taken = (await Promise.all(written).finally(() => (isWritten = true))).flat()
  const found = await read
  assert.ok(new Set(taken.map(({ shardId }) => shardId)).size > 4, 'records went to parents and children')
  assert.deepEqual(found.map(place).sort(), taken.map(place).sort())
  const last = new Map<string, Taken>()
  for (const record of found) {
    const before = last.get(record.key)
    assert.equal(record.number, (before?.number ?? -1) + 1, `the records of ${record.key} are read in their order`)
    assert.ok(BigInt(record.sequenceNumber) > BigInt(before?.sequenceNumber ?? 0), `the numbers of ${record.key} rise`)
    last.set(record.key, record)
  }
  return { stream, found }
}

const place = ({ shardId, sequenceNumber, key, number }: Taken): string => `${shardId} ${sequenceNumber} ${key} ${number}`

async function reshardEveryWay(stream: string): Promise<void> {
  await api.ok('SplitShard', split(stream, 0, 2n ** 126n))
  await active(api, stream)
  await api.ok('UpdateShardCount', scale(stream, 4))
  const { Shards } = await active(api, stream)
  const open = Shards.filter(isOpen).sort((one: Json, other: Json) => (startOf(one) < startOf(other) ? -1 : 1))
  const [lower, upper] = idsOf(open).map((id) => Number(id.slice(-12)))
  await api.ok('MergeShards', merge(stream, lower ?? -1, upper ?? -1))
  await active(api, stream)
}

const startOf = (shard: Json): bigint => BigInt(shard.HashKeyRange.StartingHashKey)

/** One request after another, each with the next record of every key. */
async function write(speaker: Speaker, stream: string, writer: string, isOver: () => boolean): Promise<Taken[]> {
  const keys = Array.from({ length: keysOfWriter }, (_, i) => `${writer}k${i}`)
  const taken: Taken[] = []
  for (let number = 0; !isOver(); number++) {
    const { FailedRecordCount, Records } = await speaker.put(
      stream,
      keys.map((key) => ({ key, data: `${key} ${number}` })),
    )
    assert.equal(FailedRecordCount, 0, JSON.stringify(Records))
    keys.forEach((key, i) => taken.push({ shardId: Records[i].ShardId, sequenceNumber: Records[i].SequenceNumber, key, number }))
    await sleep(5)
  }
  return taken
}

/** Reads as KCL does: a shard when all its parents are read to their ends, until all are and nothing is written any more. */
async function readThrough(speaker: Speaker, stream: string, isOver: () => boolean, at?: number): Promise<Found[]> {
  const found: Found[] = []
  const ended = new Set<string>()
  const begun = new Map<string, string | undefined>()
  for (const id of await speaker.firstShards(stream, at)) begun.set(id, await speaker.iterator(stream, id, at))
  for (let isIdle = false; !isIdle; ) {
    const mayEnd = isOver()
    isIdle = mayEnd
    for (const [shardId, iterator] of begun) {
      if (iterator === undefined) continue
      const { Records, NextShardIterator, ChildShards = [], MillisBehindLatest } = await speaker.get(iterator)
      for (const record of Records) found.push(takenOf(shardId, record))
      begun.set(shardId, NextShardIterator)
      if (Records.length > 0 || MillisBehindLatest > 0 || NextShardIterator === undefined) isIdle = false
      if (NextShardIterator !== undefined) continue
      ended.add(shardId)
      assert.ok(ChildShards.length > 0, 'a closed shard has children')
      for (const { ShardId, ParentShards } of ChildShards) {
        if (ParentShards.every((parent: string) => ended.has(parent))) begun.set(ShardId, await speaker.iterator(stream, ShardId))
      }
    }
  }
  return found
}

function takenOf(shardId: string, { Data, SequenceNumber, PartitionKey, ApproximateArrivalTimestamp }: Json): Found {
  const [key = '', number] = Buffer.from(Data).toString().split(' ')
  assert.equal(key, PartitionKey)
  const arrivalMs = Math.round(Number(ApproximateArrivalTimestamp) * (ApproximateArrivalTimestamp instanceof Date ? 1 : 1000))
  return { shardId, sequenceNumber: SequenceNumber, key, number: Number(number), arrivalMs }
}
