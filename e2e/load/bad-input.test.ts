import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Signer } from '@millrace/testkit'
import { AbusedServer, type SignedRequest } from './client/abused-server.js'
import { RawSocket } from './client/raw-socket.js'

const json = 'application/x-amz-json-1.1'
const cbor = 'application/x-amz-cbor-1.1'
let server: AbusedServer

before(async () => {
  server = await AbusedServer.start()
})
after(() => server.stop())

interface RawAnswer {
  readonly status: number | undefined
  readonly text: string
}

async function exchange(...pieces: readonly (Buffer | string)[]): Promise<RawAnswer> {
  const socket = await RawSocket.open(server.port)
  for (const piece of pieces) socket.write(piece)
  const status = await socket.firstStatus()
  await new Promise((resolve) => setTimeout(resolve, 5))
  socket.destroy()
  return { status, text: socket.text }
}

function send(request: SignedRequest): Promise<RawAnswer> {
  return exchange(server.requestOf(request))
}

/** {StreamName, PartitionKey, Data} as Java's SDK writes it: a map of indefinite length. */
function cborPut(): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([0x60 | value.length]), Buffer.from(value)])
  const members = [
    text('StreamName'),
    text(server.stream),
    text('PartitionKey'),
    text('k'),
    text('Data'),
    Buffer.from([0x43, 1, 2, 3]),
  ]
  return Buffer.concat([Buffer.from([0xbf]), ...members, Buffer.from([0xff])])
}

test('a body that announces more than 16 MiB is refused before it comes', async () => {
  const head = server.headOf({ operation: 'PutRecord', contentType: json, body: Buffer.from('{}') }).toString('latin1')
  for (const length of ['16777217', '99999999999', '9007199254740993', '999999999999999999999999']) {
    const { status } = await exchange(head.replace('content-length: 2', `content-length: ${length}`))
    assert.ok(status === 413 || status === 400, `${length}: ${status}`)
  }
  await server.expectServes()
})

test('a chunked body that grows past 16 MiB is refused, and the rest of it is not kept', async () => {
  const socket = await RawSocket.open(server.port)
  const head = server.headOf({ operation: 'PutRecord', contentType: json, body: Buffer.from('{}') }).toString('latin1')
  socket.write(head.replace('content-length: 2', 'transfer-encoding: chunked'))
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 32), Buffer.from('\r\n')])
  for (let i = 0; i < 40 && !socket.isClosed && socket.statuses.length === 0; i++) {
    socket.write(chunk)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const status = await socket.firstStatus()
  assert.ok(status === 413 || status === 400, `${status}`)
  socket.destroy()
  await server.expectServes()
})

test('JSON that is cut anywhere is a SerializationException', async () => {
  const body = server.putBody(30)
  for (let length = 1; length < body.length; length += 3) {
    const { status, text } = await send({ operation: 'PutRecord', contentType: json, body: body.subarray(0, length) })
    assert.equal(status, 400, text)
    assert.match(text, /SerializationException/, `cut at ${length}`)
  }
})

test('CBOR that is cut anywhere is a SerializationException', async () => {
  const body = cborPut()
  for (let length = 1; length < body.length; length++) {
    const { status, text } = await send({ operation: 'PutRecord', contentType: cbor, body: body.subarray(0, length) })
    assert.equal(status, 400, text)
    assert.match(text, /SerializationException/, `cut at ${length}`)
  }
})

test('no damaged body gets an answer of the 500 kind, in JSON or in CBOR', async () => {
  for (const [contentType, whole] of [
    [json, server.putBody(30)],
    [cbor, cborPut()],
  ] as const) {
    for (let i = 0; i < 300; i++) {
      const body = Buffer.from(whole)
      for (let flips = 1 + (i % 3); flips > 0; flips--)
        body.writeUInt8(randomBytes(1).readUInt8(0), randomBytes(4).readUInt32LE(0) % body.length)
      const { status, text } = await send({ operation: i % 2 === 0 ? 'PutRecord' : 'PutRecords', contentType, body })
      assert.ok(status === 200 || status === 400, `${status} for ${body.toString('hex')}: ${text}`)
    }
  }
  await server.expectServes()
})

test('structures that are nested deeply or are announced as huge are refused', async () => {
  const deepJson = Buffer.from('{"a":'.repeat(100_000))
  const deepCbor = Buffer.alloc(200_000, 0x81)
  const hugeList = Buffer.from([0xbf, 0x67, ...Buffer.from('Records'), 0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
  const hugeString = Buffer.from([0xbf, 0x67, ...Buffer.from('Records'), 0x5b, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff])
  const brackets = Buffer.from(`{"Records":${'['.repeat(1_000_000)}`)
  const bodies = [
    [json, deepJson],
    [json, brackets],
    [cbor, deepCbor],
    [cbor, hugeList],
    [cbor, hugeString],
  ] as const
  for (const [contentType, body] of bodies) {
    const { status, text } = await send({ operation: 'PutRecords', contentType, body })
    assert.equal(status, 400, `${body.subarray(0, 20).toString('hex')}: ${text.slice(0, 300)}`)
  }
  await server.expectServes()
})

test('a million keys, numbers of a million digits and megabytes of escapes are answered', async () => {
  const keys = `{${Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":0`).join(',')}}`
  const digits = `{"Limit":${'9'.repeat(1_000_000)}}`
  const escapes = `{"StreamName":"${'\\u0061'.repeat(500_000)}"}`
  for (const body of [keys, digits, escapes]) {
    const { status, text } = await send({ operation: 'GetRecords', contentType: json, body: Buffer.from(body) })
    assert.equal(status, 400, text.slice(0, 300))
  }
  await server.expectServes()
})

test('a wrong signature, an unknown key, an old date and a changed body get their own errors', async () => {
  const body = server.putBody(10)
  const request = { operation: 'PutRecord', contentType: json, body }
  const now = Date.now()
  const stranger = new Signer({ accessKeyId: 'AKIASTRANGER00000000', secretAccessKey: 'x' })
  const cases = [
    [
      server
        .headOf(request)
        .toString('latin1')
        .replace(/Signature=..../, 'Signature=0000'),
      /InvalidSignatureException/,
    ],
    [server.headOf(request, now, stranger), /UnrecognizedClientException/],
    [server.headOf(request, now - 3_600_000), /InvalidSignatureException/],
    [server.headOf({ ...request, body: Buffer.from(body.toString().replace('"k"', '"l"')) }), /InvalidSignatureException/],
  ] as const
  for (const [head, expected] of cases) {
    const { status, text } = await exchange(head, body)
    assert.equal(status, 400, text)
    assert.match(text, expected)
  }
})

test('bytes that are no HTTP get a 400 or the end of the connection', async () => {
  const garbage = [
    '\0'.repeat(100),
    'GET\r\n\r\n',
    'POST / HTTP/9.9\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01',
    'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n',
    '\r\n'.repeat(10_000),
  ]
  for (const bytes of [
    ...garbage.map((text) => Buffer.from(text, 'latin1')),
    ...Array.from({ length: 100 }, (_, i) => randomBytes(1 + i * 50)),
  ]) {
    const socket = await RawSocket.open(server.port)
    socket.write(bytes)
    socket.socket.end()
    await socket.untilClosed()
    assert.ok(!socket.statuses.some((status) => status >= 500), socket.text)
  }
  await server.expectServes()
})

test('requests that could be read in two ways are refused', async () => {
  const body = server.putBody(10)
  const head = server.headOf({ operation: 'PutRecord', contentType: json, body }).toString('latin1')
  const ambiguous = [
    head.replace('\r\ncontent-length', '\r\ncontent-length: 5\r\ncontent-length'),
    head.replace('\r\ncontent-length', '\r\ntransfer-encoding: chunked\r\ncontent-length'),
    head.replaceAll('\r\n', '\n'),
    head.replace('\r\nx-amz-date', '\r\n folded\r\nx-amz-date'),
    head.replace('\r\nx-amz-date', '\r\nx-\u0001: y\r\nx-amz-date'),
    head.replace('content-length: ', 'content-length: +'),
    head.replace('content-length:', 'content-length :'),
  ]
  for (const each of ambiguous) {
    const { status, text } = await exchange(each, body)
    assert.equal(status, 400, `${JSON.stringify(each.slice(0, 120))}: ${text}`)
  }
  await server.expectServes()
})

test('heads of megabytes and of thousands of headers are refused', async () => {
  for (const head of [
    `POST / HTTP/1.1\r\nx: ${'y'.repeat(2_000_000)}`,
    `POST / HTTP/1.1\r\n${'a: b\r\n'.repeat(50_000)}`,
    'P'.repeat(2_000_000),
  ]) {
    const socket = await RawSocket.open(server.port)
    socket.write(head)
    const status = await socket.firstStatus()
    assert.ok(status === undefined || (status >= 400 && status < 500), `${status}`)
    socket.destroy()
  }
  await server.expectServes()
})
