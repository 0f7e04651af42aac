import assert from 'node:assert/strict'
import { afterEach, suite, test } from 'node:test'
import { encodeCbor } from '@millrace/testkit'
import { cborType, jsonType, kinesis } from './client/kinesis.js'
import { createStream, iterator, readAll } from './client/streams.js'
import { Wire } from './client/wire.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 1 })

afterEach(async () => {
  assert.equal((await api.send(api.operation('DescribeStreamSummary', { StreamName: name }))).status, 200, 'the server goes on')
})

const refused = (status: number): void => assert.ok(status >= 400 && status < 500, `answered ${status}`)

suite('JSON', () => {
  const strange: [title: string, body: string | Buffer][] = [
    ['lists in lists, 100,000 deep', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['structures in structures, 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['lists in lists where a name belongs', `{"StreamName":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['100,000 members', `{${Array.from({ length: 100_000 }, (_, i) => `"m${i}":0`).join(',')}}`],
    ['a number without end', `{"Limit":${'9'.repeat(100_000)}}`],
    ['a number beyond all bounds', '{"Limit":1e400}'],
    ['a text of 1 MB for a name', `{"StreamName":"${'a'.repeat(1_000_000)}"}`],
    ['bad UTF-8', Buffer.from([...Buffer.from('{"StreamName":"'), 0xff, 0xfe, 0xc0, ...Buffer.from('"}')])],
    ['UTF-8 that ends too soon', Buffer.from([...Buffer.from('{"StreamName":"a'), 0xe2, 0x82])],
    ['lone surrogates', '{"StreamName":"\\ud800","ExclusiveStartShardId":"\\udc00"}'],
    ['a byte order mark', '\ufeff{}'],
    ['UTF-16', Buffer.from('{"StreamName":"a"}', 'utf16le')],
    ['a raw control character in a text', '{"StreamName":"a\u0001"}'],
    ['prototypes', '{"__proto__":{"StreamName":"a"},"constructor":{"prototype":{"StreamName":"a"}}}'],
    ['comments', '{/* a */"StreamName":"a"}'],
    ['NaN', '{"Limit":NaN}'],
  ]
  for (const [title, body] of strange) {
    test(`with ${title} is refused`, async () => {
      const reply = await api.send({
        headers: { 'Content-Type': jsonType, 'X-Amz-Target': 'Kinesis_20131202.DescribeStream' },
        body,
      })
      refused(reply.status)
      assert.match(String(reply.json.__type), /^(Serialization|Validation|InvalidArgument|ResourceNotFound)Exception$/)
    })
  }

  test('with a member named twice is read in one way by all operations', async () => {
    const reply = await api.send(api.operation('DescribeStreamSummary', `{"StreamName":"nobody","StreamName":"${name}"}`))
    const put = await api.send(
      api.operation('PutRecord', `{"StreamName":"nobody","StreamName":"${name}","PartitionKey":"a","Data":""}`),
    )
    assert.equal(put.status, reply.status)
  })

  test('with a lone surrogate in a partition key does not come out as something else', async () => {
    const own = await createStream(api, { ShardCount: 1 })
    const reply = await api.send(api.operation('PutRecord', `{"StreamName":"${own}","PartitionKey":"a\\ud800b","Data":"AAAA"}`))
    assert.ok(reply.status === 200 || reply.status === 400)
    const records = await readAll(api, await iterator(api, own))
    assert.equal(records.length, reply.status === 200 ? 1 : 0)
  })
})

suite('CBOR', () => {
  const strange: [title: string, body: Buffer][] = [
    [
      'lists in lists, 100,000 deep',
      Buffer.concat([Buffer.from([0xa1]), encodeCbor('Nope'), Buffer.alloc(100_000, 0x81), Buffer.from([0x80])]),
    ],
    [
      'tags on tags, 100,000 deep',
      Buffer.concat([Buffer.from([0xa1]), encodeCbor('Timestamp'), Buffer.alloc(100_000, 0xc1), Buffer.from([0])]),
    ],
    [
      'a map that claims 4 billion pairs',
      Buffer.concat([Buffer.from([0xba, 0xff, 0xff, 0xff, 0xff]), encodeCbor('a'), encodeCbor(1)]),
    ],
    [
      'a list that claims 4 billion records',
      Buffer.concat([Buffer.from([0xa1]), encodeCbor('Records'), Buffer.from([0x9a, 0xff, 0xff, 0xff, 0xff])]),
    ],
    [
      'a blob that claims 4 GB',
      Buffer.concat([Buffer.from([0xa1]), encodeCbor('Data'), Buffer.from([0x5a, 0xff, 0xff, 0xff, 0xff])]),
    ],
  ]
  for (const operation of ['PutRecord', 'PutRecords', 'GetRecords']) {
    for (const [title, body] of strange) {
      test(`with ${title} is refused by ${operation}`, async () => {
        refused(
          (await api.send({ headers: { 'Content-Type': cborType, 'X-Amz-Target': `Kinesis_20131202.${operation}` }, body }))
            .status,
        )
      })
    }
  }
})

/** `piece` again and again behind the head, whatever the answer. */
async function pour(header: string, piece: Buffer): Promise<void> {
  const wire = await Wire.open(api.endpoint.url)
  wire.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${jsonType}\r\n${header}\r\n\r\n`)
  const poured = setInterval(() => wire.write(piece), 5)
  try {
    const reply = await wire.next().catch(() => undefined)
    if (reply !== undefined) refused(reply.status)
    await wire.closed()
  } finally {
    clearInterval(poured)
    wire.close()
  }
}

suite('HTTP', () => {
  test('with a body over all limits is refused, and the connection ends', () =>
    pour(`Content-Length: ${1024 ** 4}`, Buffer.alloc(256 * 1024, 0x20)))

  test('with a chunked body over all limits is refused, and the connection ends', () =>
    pour('Transfer-Encoding: chunked', Buffer.from(`40000\r\n${' '.repeat(0x40000)}\r\n`)))

  const heads: [title: string, head: string][] = [
    ['a header of 1 MB', `X-A: ${'a'.repeat(1_000_000)}\r\n`],
    ['10,000 headers', Array.from({ length: 10_000 }, (_, i) => `X-${i}: a\r\n`).join('')],
  ]
  for (const [title, head] of heads) {
    test(`with ${title} is refused`, async () => {
      const wire = await Wire.open(api.endpoint.url)
      wire.write(`POST / HTTP/1.1\r\nHost: a\r\n${head}\r\n`)
      const reply = await wire.next().catch(() => undefined)
      if (reply !== undefined) refused(reply.status)
      await wire.closed()
    })
  }

  test('with a target of 100,000 characters is refused', async () => {
    const reply = await api
      .exchange(`POST /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`)
      .catch(() => undefined)
    if (reply !== undefined) refused(reply.status)
  })

  test('that ends in the middle leaves no trace', async () => {
    const whole = api.bytes(api.operation('PutRecord', { StreamName: name, PartitionKey: 'half', Data: 'AAAA' }))
    for (const part of [1, 20, whole.length - 1]) {
      const wire = await Wire.open(api.endpoint.url)
      wire.write(whole.subarray(0, part))
      wire.close()
    }
    const records = await readAll(api, await iterator(api, name))
    assert.ok(records.every((record) => record.PartitionKey !== 'half'))
  })

  test('is served while 500 connections say nothing', async () => {
    const idle = await Promise.all(Array.from({ length: 500 }, () => Wire.open(api.endpoint.url)))
    assert.equal((await api.send(api.operation('ListStreams', {}))).status, 200)
    for (const wire of idle) wire.close()
  })
})

suite('a credential scope', () => {
  for (const region of ['a'.repeat(200), '__proto__', '..', 'ü', ' ', '']) {
    test(`of the region '${region.slice(0, 20)}' does no harm`, async () => {
      for (const operation of ['ListStreams', 'CreateStream']) {
        const reply = await api.send(
          api.operation(operation, operation === 'ListStreams' ? {} : { StreamName: 'x', ShardCount: 1 }, { region }),
        )
        assert.ok(reply.status < 500, reply.text)
      }
    })
  }
})
