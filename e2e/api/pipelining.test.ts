import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Json, kinesis, type Request } from './client/kinesis.js'
import { sequenceParts } from './client/sequence-number.js'
import { createStream } from './client/streams.js'
import { Wire } from './client/wire.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 1 })

const put = (PartitionKey: string): Buffer => api.bytes(api.operation('PutRecord', { StreamName: name, PartitionKey, Data: '' }))
const describe = (StreamName: string): Buffer => api.bytes(api.operation('DescribeStream', { StreamName }))
const list = (): Buffer => api.bytes(api.operation('ListStreams', { Limit: 1 }))

suite('requests that are sent without waiting', () => {
  test('are answered in their order, whatever each of them is', async () => {
    const wire = await Wire.open(api.endpoint.url)
    const wanted = Array.from({ length: 60 }, (_, i) => i % 3)
    const kinds = [put('a'), describe('nobody'), api.bytes({ method: 'GET' })]
    wire.write(Buffer.concat(wanted.map((kind) => (kind === 0 ? put('a') : (kinds[kind] as Buffer)))))
    for (const kind of wanted) {
      const reply = await wire.next()
      assert.equal(reply.status, [200, 400, 403][kind])
      if (kind === 0) assert.ok('SequenceNumber' in reply.json)
      if (kind === 1) assert.equal(reply.json.__type, 'ResourceNotFoundException')
      if (kind === 2) assert.match(reply.text, /^<AccessDenied/)
    }
    wire.close()
  })

  test('put their records in their order', async () => {
    const wire = await Wire.open(api.endpoint.url)
    wire.write(Buffer.concat(Array.from({ length: 50 }, (_, i) => put(`p${i}`))))
    const counters: bigint[] = []
    for (let i = 0; i < 50; i++) counters.push(sequenceParts(((await wire.next()).json as Json).SequenceNumber).counter)
    assert.deepEqual(
      [...counters].sort((a, b) => (a < b ? -1 : 1)),
      counters,
    )
    wire.close()
  })

  test('may come in any pieces', async () => {
    const all = Buffer.concat([put('a'), describe('nobody'), list()])
    for (const piece of [1, 7, 100, all.length - 1]) {
      const wire = await Wire.open(api.endpoint.url)
      for (let at = 0; at < all.length; at += piece) {
        wire.write(all.subarray(at, at + piece))
        await sleep(0)
      }
      assert.deepEqual([(await wire.next()).status, (await wire.next()).status, (await wire.next()).status], [200, 400, 200])
      wire.close()
    }
  })

  test('are served on a connection that refused one before', async () => {
    const wire = await Wire.open(api.endpoint.url)
    for (const request of [
      { body: 'hello' },
      { method: 'PUT', body: '{}' },
      { body: '{}', headers: { 'Content-Type': 'text/plain' } },
    ] as Request[]) {
      wire.write(api.bytes(request))
      assert.ok((await wire.next()).status >= 400)
    }
    wire.write(list())
    assert.equal((await wire.next()).status, 200)
    wire.close()
  })

  test('may be answered while the client writes no more', async () => {
    const wire = await Wire.open(api.endpoint.url)
    wire.write(Buffer.concat([list(), describe('nobody')]))
    wire.socket.end()
    assert.deepEqual([(await wire.next()).status, (await wire.next()).status], [200, 400])
    await wire.closed()
  })
})

suite('the life of a connection', () => {
  test('ends with the answer to a request that says so', async () => {
    const wire = await Wire.open(api.endpoint.url)
    const request = api.operation('ListStreams', {})
    wire.write(api.bytes({ ...request, headers: { ...request.headers, Connection: 'close' } }))
    const reply = await wire.next()
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.get('connection'), 'close')
    await wire.closed()
  })

  test('goes on otherwise, and after a pause', async () => {
    const wire = await Wire.open(api.endpoint.url)
    for (let i = 0; i < 3; i++) {
      wire.write(list())
      assert.notEqual((await wire.next()).headers.get('connection'), 'close')
      await sleep(200)
    }
    wire.close()
  })

  test('takes empty lines before a request', async () => {
    const wire = await Wire.open(api.endpoint.url)
    wire.write(Buffer.concat([Buffer.from('\r\n'), list()]))
    assert.equal((await wire.next()).status, 200)
    wire.close()
  })
})

/** The head and the body of a signed request whose body goes another way than by Content-Length. */
function chunked(operation: string, input: unknown, chunks: (body: string) => string, more: Record<string, string> = {}): Buffer {
  const request = api.operation(operation, input)
  const text = api.bytes({ ...request, headers: { ...request.headers, ...more } }).toString()
  const [head = ''] = text.split('\r\n\r\n')
  return Buffer.from(
    `${head.replace(/\r\nContent-Length: \d+/, '\r\nTransfer-Encoding: chunked')}\r\n\r\n${chunks(String(request.body))}`,
  )
}

suite('what HTTP/1.1 allows besides', () => {
  const inChunks = (size: number) => (body: string) =>
    `${(body.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []).map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`

  test('a body in chunks, then the next request', async () => {
    const wire = await Wire.open(api.endpoint.url)
    for (const size of [1, 5, 1000]) {
      wire.write(Buffer.concat([chunked('DescribeStreamSummary', { StreamName: name }, inChunks(size)), list()]))
      assert.equal((await wire.next()).status, 200)
      assert.equal((await wire.next()).status, 200)
    }
    wire.close()
  })

  test('chunks with extensions and trailers', async () => {
    const wire = await Wire.open(api.endpoint.url)
    const body = (text: string) => `${text.length.toString(16)};a=b\r\n${text}\r\n0\r\nX-Trailer: 1\r\n\r\n`
    wire.write(Buffer.concat([chunked('ListStreams', {}, body), list()]))
    assert.deepEqual([(await wire.next()).status, (await wire.next()).status], [200, 200])
    wire.close()
  })

  test('waiting to be told to continue', async () => {
    const request = api.operation('ListStreams', {})
    const bytes = api.bytes({ ...request, headers: { ...request.headers, Expect: '100-continue' } })
    const bodyAt = bytes.indexOf('\r\n\r\n') + 4
    const wire = await Wire.open(api.endpoint.url)
    wire.write(bytes.subarray(0, bodyAt))
    assert.equal((await wire.next()).status, 100)
    wire.write(bytes.subarray(bodyAt))
    assert.equal((await wire.next()).status, 200)
    wire.close()
  })

  test('an offer to upgrade, which is not taken', async () => {
    const request = api.operation('ListStreams', {})
    const headers = {
      ...request.headers,
      Connection: 'Upgrade, HTTP2-Settings',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAMAAABkAARAAAAAAAIAAAAA',
    }
    assert.equal((await api.exchange(api.bytes({ ...request, headers }))).status, 200)
  })
})
