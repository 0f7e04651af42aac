import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { suite, test } from 'node:test'
import { assertError, assertViolations, violation } from './client/expect.js'
import { kinesis } from './client/kinesis.js'
import { createStream, iterator, readAll } from './client/streams.js'

const api = await kinesis()
const mib = 1024 * 1024
const heap = (bytes: number) => `'java.nio.HeapByteBuffer[pos=0 lim=${bytes} cap=${bytes}]'`

/** A put of the operation in one encoding. */
type Put = (operation: string, input: { StreamName: string } & Record<string, unknown>) => ReturnType<typeof api.call>
const puts: Readonly<Record<string, Put>> = {
  JSON: (operation, input) =>
    api.call(
      operation,
      JSON.stringify(input, (_, value) => (value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64') : value)),
    ),
  CBOR: (operation, input) => api.cbor(operation, input as never),
}

/** What is in the stream, as it comes out in CBOR. */
async function stored(name: string): Promise<Buffer[]> {
  const all: Buffer[] = []
  for (let ShardIterator = await iterator(api, name); ; ) {
    const { body, status } = await api.cbor('GetRecords', { ShardIterator })
    assert.equal(status, 200, JSON.stringify(body))
    all.push(...body.Records.map((record: { Data: Uint8Array }) => Buffer.from(record.Data)))
    if (body.Records.length === 0 && body.MillisBehindLatest === 0) return all
    ShardIterator = body.NextShardIterator
  }
}

for (const [encoding, put] of Object.entries(puts)) {
  suite(`a record of 10 MiB in ${encoding}`, () => {
    test('is taken, alone and in a batch, where the stream allows it, and comes out as it went in', async () => {
      const name = await createStream(api, { ShardCount: 1, MaxRecordSizeInKiB: 10_240 })
      const Data = randomBytes(10 * mib - 1)
      assert.equal((await put('PutRecord', { StreamName: name, PartitionKey: 'a', Data })).status, 200)
      assert.equal((await put('PutRecords', { StreamName: name, Records: [{ PartitionKey: 'a', Data }] })).status, 200)
      const got = await stored(name)
      assert.equal(got.length, 2)
      for (const one of got) assert.ok(one.equals(Data), 'the data came back changed')
      const [record] = await readAll(api, await iterator(api, name))
      assert.ok(record.Data === Data.toString('base64'), 'the data came back changed in JSON')
    })

    test('is too large with one byte more, of the key or of the data', async () => {
      const name = await createStream(api, { ShardCount: 1, MaxRecordSizeInKiB: 10_240 })
      const input = { StreamName: name, PartitionKey: 'ab', Data: Buffer.alloc(10 * mib - 1) }
      assertError(await put('PutRecord', input), 'InvalidArgumentException', /10485761 bytes.*10485760 bytes/)
      const data = await put('PutRecord', { ...input, Data: Buffer.alloc(10 * mib + 1) })
      assertViolations(data, [violation('data', heap(10 * mib + 1), `have length less than or equal to ${10 * mib}`)])
    })
  })

  suite(`the largest record of a stream in ${encoding}`, () => {
    for (const kib of [1024, 1025, 2048]) {
      test(`is ${kib} KiB with its key, where that is what it says`, async () => {
        const name = await createStream(api, { ShardCount: 1, MaxRecordSizeInKiB: kib })
        const exact = { PartitionKey: 'äb', Data: Buffer.alloc(kib * 1024 - 3) }
        assert.equal((await put('PutRecord', { StreamName: name, ...exact })).status, 200)
        const over = { ...exact, PartitionKey: 'äbc' }
        for (const [operation, input] of [
          ['PutRecord', over],
          ['PutRecords', { Records: [exact, over] }],
        ] as const) {
          assertError(
            await put(operation, { StreamName: name, ...input }),
            'InvalidArgumentException',
            new RegExp(`${kib * 1024} bytes`),
          )
        }
        const many = await put('PutRecords', { StreamName: name, Records: [{ ...exact, Data: Buffer.alloc(kib * 1024 + 1) }] })
        assertViolations(many, [
          violation('records.1.member.data', heap(kib * 1024 + 1), `have length less than or equal to ${kib * 1024}`),
        ])
        assert.equal((await stored(name)).length, 1)
      })
    }
  })

  test(`records that the KPL has aggregated pass through untouched in ${encoding}`, async () => {
    const name = await createStream(api, { ShardCount: 1 })
    const aggregates = [1, 3, 200].map((count) => aggregated(Array.from({ length: count }, () => randomBytes(50))))
    const Records = aggregates.map((Data) => ({ PartitionKey: 'a', ExplicitHashKey: '1', Data }))
    assert.equal((await put('PutRecords', { StreamName: name, Records })).body.FailedRecordCount, 0)
    assert.deepEqual(await stored(name), aggregates)
  })
}

/** The KPL's form: magic, a protobuf message of keys and records, its MD5. */
function aggregated(records: readonly Buffer[]): Buffer {
  const field = (tag: number, bytes: Buffer) => Buffer.concat([Buffer.from([tag]), varint(bytes.length), bytes])
  const message = Buffer.concat([
    field(0x0a, Buffer.from('key')),
    field(0x12, Buffer.from('1')),
    ...records.map((data) => field(0x1a, Buffer.concat([Buffer.from([0x08, 0, 0x10, 0]), field(0x1a, data)]))),
  ])
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, createHash('md5').update(message).digest()])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest & 127) | 128)
  }
}
