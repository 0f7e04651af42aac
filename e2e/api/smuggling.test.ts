import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { kinesis } from './client/kinesis.js'
import { Wire } from './client/wire.js'

const api = await kinesis()

/** A request whose end two readers could see in two places, or that no strict reader takes. `HEAD` stands for a target and a type. */
const head = `POST / HTTP/1.1\r\nHost: ${api.endpoint.url.host}\r\nContent-Type: application/x-amz-json-1.1\r\n`
const ambiguous: readonly (readonly [title: string, request: string])[] = [
  ['two different lengths', `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
  ['a list of lengths', `${head}Content-Length: 2, 3\r\n\r\n{}`],
  ['a length with a sign', `${head}Content-Length: +2\r\n\r\n{}`],
  ['a negative length', `${head}Content-Length: -2\r\n\r\n{}`],
  ['a length in hex', `${head}Content-Length: 0x2\r\n\r\n{}`],
  ['a length with letters', `${head}Content-Length: 2a\r\n\r\n{}`],
  ['an empty length', `${head}Content-Length:\r\n\r\n{}`],
  ['a length beyond all bounds', `${head}Content-Length: 99999999999999999999\r\n\r\n{}`],
  ['a length and chunks', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['an unknown coding', `${head}Transfer-Encoding: gzip\r\n\r\n{}`],
  ['chunked twice', `${head}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
  ['chunked, but not last', `${head}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
  ['a name with a blank before its colon', `${head}Content-Length : 2\r\n\r\n{}`],
  ['a folded header', `${head}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}`],
  ['a line that ends with LF alone', `${head}X-A: b\nContent-Length: 2\r\n\r\n{}`],
  ['a request line that ends with LF alone', `POST / HTTP/1.1\nHost: a\r\nContent-Length: 2\r\n\r\n{}`],
  ['a CR inside a value', `${head}X-A: b\rc\r\nContent-Length: 2\r\n\r\n{}`],
  ['a NUL inside a value', `${head}X-A: b\0c\r\nContent-Length: 2\r\n\r\n{}`],
  ['a control character inside a name', `${head}X\x01A: b\r\nContent-Length: 2\r\n\r\n{}`],
  ['a line without a colon', `${head}nothing\r\nContent-Length: 2\r\n\r\n{}`],
  ['an empty name', `${head}: b\r\nContent-Length: 2\r\n\r\n{}`],
  ['a version of its own', `POST / HTTP/9.9\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`],
  ['a blank in the target', `POST /a b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`],
  ['a chunk size that is none', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
  ['a chunk longer than it says', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`],
  ['no HTTP at all', 'hello there\r\n\r\n'],
]

suite('a request that could be read in two ways', () => {
  for (const [title, request] of ambiguous) {
    test(`(${title}) is refused, and nothing after it is read`, async () => {
      const wire = await Wire.open(api.endpoint.url)
      const received: Buffer[] = []
      wire.socket.on('data', (chunk) => received.push(chunk))
      wire.write(Buffer.concat([Buffer.from(request, 'latin1'), api.bytes(api.operation('ListStreams', {}))]))
      await wire.closed()
      const text = Buffer.concat(received).toString()
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]))
      assert.ok(statuses.length <= 1, text)
      for (const status of statuses) assert.ok(status >= 400 && status < 500, text)
    })
  }

  test('does no harm to other connections', async () => {
    assert.equal((await api.send(api.operation('ListStreams', {}))).status, 200)
  })
})
