import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type CborValue, decodeCbor, encodeCbor, Tagged } from '@millrace/testkit'
import { cborType, type Json, jsonType, kinesis } from './client/kinesis.js'
import { inJson, randomOf } from './client/random.js'
import { createStream, iterator } from './client/streams.js'
import { type Reply, Wire } from './client/wire.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 2 })
const [{ SequenceNumber }] = (await api.ok('PutRecords', { StreamName: name, Records: [{ PartitionKey: 'a', Data: '' }] }))
  .Records
const good = await iterator(api, name)

const texts = [
  '',
  'a',
  name,
  'nobody',
  'a b',
  '-',
  '0',
  '1',
  'ü',
  '💣',
  'x'.repeat(129),
  'x'.repeat(600),
  '__proto__',
  '\u0000',
  SequenceNumber,
  '9'.repeat(129),
  '9'.repeat(39),
]
const moreTexts = [
  api.arn(name),
  api.arn('nobody'),
  'arn:aws:kinesis:us-east-1:111111111111:stream/x',
  good,
  `"${good}"`,
  good.slice(1),
  'shardId-000000000000',
  'shardId-1',
  '2147483648',
]
const words = [
  'LATEST',
  'TRIM_HORIZON',
  'AT_TIMESTAMP',
  'AT_SEQUENCE_NUMBER',
  'AFTER_SEQUENCE_NUMBER',
  'AT_TRIM_HORIZON',
  'FROM_TIMESTAMP',
  'AFTER_SHARD_ID',
  'ON_DEMAND',
  'AUTO',
]
const numbers = [0, 1, -1, 2, 500, 10_000, 10_001, 2 ** 31 - 1, -(2 ** 31), 2 ** 53, 1.5, 2 ** 62]
const times = [0, -1, 1, 1_700_000_000, Math.floor(Date.now() / 1000), 4_000_000_000, 1e15]
const blobs = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(100, 255)]

type MemberKind = 'text' | 'number' | 'time' | 'flag' | 'blob' | 'records' | 'filter' | 'mode' | 'tags'
const stream = { StreamName: 'text', StreamARN: 'text', StreamId: 'text' } as const
const operations: Readonly<Record<string, Readonly<Record<string, MemberKind>>>> = {
  DescribeStream: { ...stream, Limit: 'number', ExclusiveStartShardId: 'text' },
  DescribeStreamSummary: stream,
  ListStreams: { Limit: 'number', ExclusiveStartStreamName: 'text', NextToken: 'text' },
  ListShards: {
    ...stream,
    NextToken: 'text',
    ExclusiveStartShardId: 'text',
    MaxResults: 'number',
    StreamCreationTimestamp: 'time',
    ShardFilter: 'filter',
  },
  PutRecord: {
    ...stream,
    Data: 'blob',
    PartitionKey: 'text',
    ExplicitHashKey: 'text',
    SequenceNumberForOrdering: 'text',
    DryRun: 'flag',
  },
  PutRecords: { ...stream, Records: 'records', DryRun: 'flag' },
  GetShardIterator: {
    ...stream,
    ShardId: 'text',
    ShardIteratorType: 'text',
    StartingSequenceNumber: 'text',
    Timestamp: 'time',
    DryRun: 'flag',
  },
  GetRecords: { ShardIterator: 'text', Limit: 'number', StreamARN: 'text', DryRun: 'flag' },
}

type Input = { readonly [member: string]: CborValue }

/** An input of the right types whose values are valid, almost valid, or far from it. Times are tagged, blobs are bytes. */
function inputFor(members: Readonly<Record<string, MemberKind>>, random: (below: number) => number): Input {
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T
  const value = (kind: MemberKind): CborValue => {
    if (kind === 'number') return pick(numbers)
    if (kind === 'flag') return random(2) === 0
    if (kind === 'time') return new Tagged(1, pick(times) * 1000)
    if (kind === 'blob') return pick(blobs)
    if (kind === 'filter') return inputFor({ Type: 'text', ShardId: 'text', Timestamp: 'time' }, random)
    if (kind === 'records')
      return Array.from({ length: random(4) }, () =>
        inputFor({ Data: 'blob', PartitionKey: 'text', ExplicitHashKey: 'text' }, random),
      )
    return pick([...texts, ...moreTexts, ...words])
  }
  const chosen = Object.entries(members).filter(() => random(3) > 0)
  return Object.fromEntries(
    chosen.map(([member, kind]) => [member, kind === 'text' && member === 'StreamName' && random(2) === 0 ? name : value(kind)]),
  )
}

const headers = (operation: string, type: string) => ({ 'Content-Type': type, 'X-Amz-Target': `Kinesis_20131202.${operation}` })

/** An error as both forms have it, without what differs by chance: the clock, and AWS's promise of no order among violations. */
function comparable(status: number, body: Json): unknown {
  if (status === 200) return 200
  const text = String(body.message ?? body.Message).replace(/currentTimestampInMillis: \d+/, '')
  return [status, body.__type, text.split(/: |; /).sort()]
}

suite('any input of the right types', () => {
  for (const [operation, members] of Object.entries(operations)) {
    test(`to ${operation} is answered alike in JSON and in CBOR, and never with a fault`, async () => {
      const wire = await Wire.open(api.endpoint.url)
      const ask = async (type: string, body: Buffer | string): Promise<Reply> => {
        wire.write(api.bytes({ headers: headers(operation, type), body }))
        return wire.next()
      }
      for (let seed = 0; seed < 300; seed++) {
        const input = inputFor(members, randomOf(seed))
        const json = await ask(jsonType, JSON.stringify(inJson(input)))
        const cbor = await ask(cborType, encodeCbor(input, seed % 2 === 0 ? 'definite' : 'indefinite'))
        const shown = `seed ${seed}: ${JSON.stringify(inJson(input))}`
        assert.ok(json.status === 200 || json.status === 400, `${shown} ${json.status} ${json.text}`)
        assert.deepEqual(comparable(cbor.status, decodeCbor(cbor.body)), comparable(json.status, json.json), shown)
      }
      wire.close()
    })
  }
})
