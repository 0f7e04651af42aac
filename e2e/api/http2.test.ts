import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, suite, test } from 'node:test'
import { decodeCbor, encodeCbor } from '@millrace/testkit'
import { streamNotFound } from './client/expect.js'
import { Http2Kinesis, type Http2Transport, NGHTTP2_CANCEL } from './client/http2.js'
import { cborType, type Json, jsonType, kinesis } from './client/kinesis.js'
import { createStream, iterator } from './client/streams.js'

const api = await kinesis()
const name = await createStream(api, { ShardCount: 1 })

const transports: readonly (readonly [title: string, transport: Http2Transport])[] = [
  ['in clear text, by prior knowledge', { kind: 'clear' }],
  ['over TLS, chosen by ALPN', { kind: 'tls', options: { ALPNProtocols: ['h2'], rejectUnauthorized: false } }],
  [
    'over TLS, chosen from two by ALPN',
    { kind: 'tls', options: { ALPNProtocols: ['h2', 'http/1.1'], rejectUnauthorized: false } },
  ],
  ['over TLS, without ALPN', { kind: 'tls', options: { rejectUnauthorized: false } }],
]

for (const [title, transport] of transports) {
  suite(`HTTP/2 ${title}`, async () => {
    const h2 = await Http2Kinesis.open(api, transport)
    after(() => h2.close())

    test('serves a call, with its ids, its type and its length', async () => {
      const reply = await h2.call('DescribeStreamSummary', { StreamName: name })
      assert.equal(reply.status, 200, reply.text)
      assert.equal((reply.json as Json).StreamDescriptionSummary.StreamName, name)
      assert.equal(reply.headers.get('content-type'), jsonType)
      assert.equal(reply.headers.get('content-length'), String(reply.body.length))
      assert.match(reply.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/)
      assert.ok(Buffer.from(reply.headers.get('x-amz-id-2') ?? '', 'base64').length >= 64)
    })

    test('serves CBOR', async () => {
      const reply = await h2.send({
        operation: 'DescribeStreamSummary',
        type: cborType,
        body: encodeCbor({ StreamName: name }, 'indefinite'),
      })
      assert.equal(reply.status, 200)
      assert.equal((decodeCbor(reply.body) as Json).StreamDescriptionSummary.StreamARN, api.arn(name))
    })

    test('refuses as HTTP/1.1 does', async () => {
      const unknown = await h2.call('DescribeStream', { StreamName: 'nobody' })
      assert.equal(unknown.status, 400)
      assert.deepEqual(unknown.json, { __type: 'ResourceNotFoundException', message: streamNotFound(api, 'nobody') })
      const unsigned = await h2.send({ operation: 'ListStreams', body: '{}', sign: false })
      assert.deepEqual([unsigned.status, unsigned.json.__type], [400, 'MissingAuthenticationTokenException'])
      const get = await h2.send({ method: 'GET', body: '', sign: false })
      assert.equal(get.status, 403)
      assert.match(get.text, /^<AccessDeniedException>/)
    })

    test('serves 200 calls at once, each with its own answer', async () => {
      const wanted = Array.from({ length: 200 }, (_, i) => `nobody-${i}`)
      const replies = await Promise.all(wanted.map((StreamName) => h2.call('DescribeStream', { StreamName })))
      assert.deepEqual(
        replies.map((reply) => reply.json.message),
        wanted.map((StreamName) => streamNotFound(api, StreamName)),
      )
    })

    test('takes a body of 10 MiB, and gives one back', async () => {
      const big = await createStream(api, { ShardCount: 1 })
      const Records = Array.from({ length: 10 }, () => ({
        PartitionKey: 'k',
        Data: randomBytes(1024 * 1024 - 1).toString('base64'),
      }))
      assert.equal((await h2.call('PutRecords', { StreamName: big, Records })).json.FailedRecordCount, 0)
      const page = (await h2.call('GetRecords', { ShardIterator: await iterator(api, big), Limit: 9 })).json as Json
      assert.ok(page.Records.every((record: Json, i: number) => record.Data === Records[i]?.Data))
      assert.equal(page.Records.length, 9)
    })

    test('goes on after a call that was cancelled half-way', async () => {
      const half = h2.session.request({ ':method': 'POST', ':path': '/', 'content-type': jsonType, 'content-length': '1000' })
      half.on('error', () => {})
      half.write('{"StreamName":')
      half.close(NGHTTP2_CANCEL)
      assert.equal((await h2.call('DescribeStreamSummary', { StreamName: name })).status, 200)
    })

    test('refuses a call whose body is longer or shorter than it said, at most with its connection', async () => {
      for (const length of ['1', '100']) {
        const { session } = await Http2Kinesis.open(api, transport)
        session.on('error', () => undefined)
        const stream = session.request({ ':method': 'POST', ':path': '/', 'content-type': jsonType, 'content-length': length })
        stream.end('{"a":1}')
        const status = await new Promise((resolve) => {
          stream.on('response', (headers) => resolve(headers[':status']))
          stream.on('error', () => resolve('reset'))
          stream.on('close', () => resolve('closed'))
        })
        assert.notEqual(status, 200)
        session.destroy()
      }
      assert.equal((await h2.call('DescribeStreamSummary', { StreamName: name })).status, 200)
    })
  })
}
