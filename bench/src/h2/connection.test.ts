import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { ConnectionLost, Http1Response } from '@millrace/testkit'
import { H2Connection } from './connection.js'
import { encodeHeaderBlock } from './header-block.js'

let server: Http2Server
let port: number

before(async () => {
  server = createServer()
  server.on('stream', (stream, headers) => {
    const status = Number(headers['x-status'] ?? 200)
    stream.respond({ ':status': status, 'x-long': 'x'.repeat(300) })
    stream.pipe(stream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})

after(() => server.close())

function exchange(connection: H2Connection, status: number, body: Buffer): Promise<Http1Response | ConnectionLost> {
  const head = encodeHeaderBlock(
    [
      ['host', `127.0.0.1:${port}`],
      ['x-status', String(status)],
    ],
    body.length,
  )
  return new Promise((resolve) => connection.send({ head, body }, resolve))
}

test('bodies of several windows come back whole, many at a time on one connection', async () => {
  const connection = await H2Connection.open('127.0.0.1', port)
  const bodies = Array.from({ length: 16 }, (_, i) => randomBytes(i * 40_000))
  const answers = await Promise.all(bodies.map((body) => exchange(connection, 200, body)))
  answers.forEach((answer, i) => {
    assert.ok(answer.kind === 'response' && answer.status === 200)
    assert.ok(answer.body.equals(bodies[i] as Buffer))
  })
  connection.close()
})

test('a status outside the static table is read from its Huffman code', async () => {
  const connection = await H2Connection.open('127.0.0.1', port)
  for (const status of [200, 400, 403, 413, 500, 503, 431, 529]) {
    const answer = await exchange(connection, status, Buffer.from('x'))
    assert.equal(answer.kind === 'response' && answer.status, status)
  }
  connection.close()
})
