import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { type CborValue, decodeCbor, encodeCbor, Tagged } from '@millrace/testkit'
import { cborType, jsonType, kinesis } from './client/kinesis.js'
import { type MemberType, members } from './client/operation-members.js'
import { inJson, randomOf } from './client/random.js'
import { active, createStream, iterator } from './client/streams.js'
import { Wire } from './client/wire.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 2, Tags: { a: 'b' } })
const other = await createStream(api, { StreamModeDetails: { StreamMode: 'ON_DEMAND' } })

/** Valid for one member or another, almost valid, and far from it. */
const texts = [
  ...[name, name, other, 'nobody', '', 'a', 'a b', 'ü', '💣', '%', ';', '\u0000', '__proto__', 'x'.repeat(129), 'x'.repeat(3000)],
  ...[api.arn(name), api.arn(name), api.arn(other), api.arn('nobody'), `${api.arn(name)}/consumer/a:1`],
  ...[
    'arn:aws:kinesis:us-east-1:111111111111:stream/x',
    'arn:aws:iam::000000000000:role/r',
    'arn:aws:s3:::bucket',
    '000000000000',
  ],
  ...[
    'shardId-000000000000',
    'shardId-000000000001',
    '7',
    '2147483648',
    '1',
    '0',
    '170141183460469231731687303715884105727',
    '9'.repeat(39),
  ],
  ...[
    'UNIFORM_SCALING',
    'KMS',
    'NONE',
    'alias/aws/kinesis',
    'ON_DEMAND',
    'PROVISIONED',
    'AUTO',
    'USER_PARTITION_KEY',
    'ALL',
    'IncomingBytes',
  ],
  ...[
    'ENABLED',
    'DISABLED',
    'JSON',
    'STRING',
    'GZIP',
    'LATEST',
    'TRIM_HORIZON',
    'AT_TIMESTAMP',
    '{}',
    '{"Version":"2012-10-17","Statement":[]}',
  ],
]
const numbers = [0, 1, 2, 3, 4, 24, 25, 168, 8760, 8761, 1024, 2048, 10_240, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 53, 1.5]
const times = [0, -1, Math.floor(Date.now() / 1000), 4_000_000_000, 1e15]

type Input = { [member: string]: CborValue }

function someValue(type: MemberType, pick: <T>(values: readonly T[]) => T): CborValue {
  if (type === 'Integer') return pick(numbers)
  if (type === 'Boolean') return pick([true, false])
  if (type === 'Timestamp') return new Tagged(1, pick(times) * 1000)
  if (type === 'Blob') return pick([Buffer.alloc(0), Buffer.from('a')])
  if (type === 'List') return []
  return type === 'String' ? pick(texts) : {}
}

/** Sets what a path such as `Streams.0.Name` leads to; what is on the way has been made before. */
function place(input: Input, path: string, value: CborValue): void {
  const steps = path.split('.')
  const last = steps.pop() as string
  const inner = steps.reduce<Input | undefined>((at, step) => at?.[step] as Input | undefined, input)
  if (inner !== undefined) inner[last] = value
}

function inputFor(types: Readonly<Record<string, MemberType>>, random: (below: number) => number): Input {
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T
  const input: Input = {}
  for (const [path, type] of Object.entries(types)) if (random(5) > 0) place(input, path, someValue(type, pick))
  return input
}

/** Not those that would take the streams away, or fill the region with others. */
const spared = ['DeleteStream', 'CreateStream']

suite('any input', () => {
  for (const [operation, types] of Object.entries(members).filter(([operation]) => !spared.includes(operation))) {
    test(`to ${operation} is answered, and never with a fault`, async (t) => {
      const wire = await Wire.open(api.endpoint.url)
      t.after(() => wire.close())
      for (let seed = 0; seed < 100; seed++) {
        const input = inputFor(types, randomOf(seed))
        const isJson = seed % 2 === 0
        const body = isJson ? JSON.stringify(inJson(input)) : encodeCbor(input)
        const headers = { 'Content-Type': isJson ? jsonType : cborType, 'X-Amz-Target': `Kinesis_20131202.${operation}` }
        wire.write(api.bytes({ headers, body }))
        const reply = await wire.next()
        const shown = `seed ${seed}: ${JSON.stringify(inJson(input))} ${reply.status} ${reply.text}`
        assert.ok(reply.status === 200 || reply.status === 400, shown)
        if (reply.status === 200 || reply.body.length === 0) continue
        const { __type } = isJson ? reply.json : (decodeCbor(reply.body) as Input)
        assert.match(String(__type), /^[A-Z][A-Za-z]*(Exception|Required)$/, shown)
      }
    })
  }

  test('leaves streams that still take and give records', async () => {
    for (const stream of [name, other]) {
      await active(api, stream)
      const { ShardId } = await api.ok('PutRecord', { StreamName: stream, PartitionKey: 'a', Data: 'AAAA' })
      const { Records } = await api.ok('GetRecords', { ShardIterator: await iterator(api, stream, { ShardId }) })
      assert.ok(Records.length >= 1)
    }
  })
})
