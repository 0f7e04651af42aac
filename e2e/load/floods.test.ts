import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { AbusedServer } from './client/abused-server.js'
import { openMany, RawSocket } from './client/raw-socket.js'

const json = 'application/x-amz-json-1.1'
let server: AbusedServer

before(async () => {
  server = await AbusedServer.start()
})
after(() => server.stop())

const h2Preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'), h2Frame(4, 0, 0, Buffer.alloc(0))])

function h2Frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header.writeUInt8(type, 3)
  header.writeUInt8(flags, 4)
  header.writeUInt32BE(stream, 5)
  return Buffer.concat([header, payload])
}

/** :method POST, :scheme http, :path /, :authority x. */
const h2Headers = Buffer.from([0x83, 0x86, 0x84, 0x01, 0x01, 0x78])

async function h2Flood(framesOf: (i: number) => Buffer, count: number): Promise<void> {
  const socket = await RawSocket.open(server.port)
  socket.write(h2Preface)
  for (let i = 0; i < count && !socket.isClosed; i += 1000) {
    socket.write(Buffer.concat(Array.from({ length: 1000 }, (_, j) => framesOf(i + j))))
    await sleep(1)
  }
  await server.expectServes()
  server.expectMemoryWithin(400)
  socket.destroy()
  await server.expectServes()
}

test('thousands of idle connections keep nobody out', { timeout: 120_000 }, async () => {
  const sockets = await openMany(server.port, 5000)
  await server.expectServes()
  server.expectMemoryWithin(400)
  for (const socket of sockets) socket.destroy()
  await server.expectServes()
})

test('connections that open and vanish by the thousand keep nobody out', { timeout: 120_000 }, async () => {
  for (let i = 0; i < 50; i++) {
    const sockets = await openMany(server.port, 100)
    sockets.forEach((socket, j) => {
      if (j % 3 === 0) socket.write('PO')
      if (j % 3 === 1) socket.write(h2Preface.subarray(0, 10))
      socket.socket.resetAndDestroy()
    })
  }
  await server.expectServes()
  server.expectMemoryWithin(300)
})

test('TLS handshakes that stop half way keep nobody out', { timeout: 120_000 }, async () => {
  const hello = await clientHello()
  const sockets = await openMany(server.port, 500)
  sockets.forEach((socket, i) => socket.write(hello.subarray(0, 1 + ((i * 7) % hello.length))))
  await server.expectServes()
  for (const socket of sockets) socket.destroy()
})

/** What a TLS client sends first, caught on its way. */
async function clientHello(): Promise<Buffer> {
  const { createServer } = await import('node:net')
  const trap = createServer().listen(0, '127.0.0.1')
  await once(trap, 'listening')
  const client = connectTls({ port: (trap.address() as { port: number }).port, host: '127.0.0.1', rejectUnauthorized: false })
  client.on('error', () => undefined)
  const [socket] = (await once(trap, 'connection')) as [import('node:net').Socket]
  const [hello] = (await once(socket, 'data')) as [Buffer]
  client.destroy()
  socket.destroy()
  trap.close()
  return hello
}

test('ten thousand pipelined requests of a client that reads nothing are held at a bound', { timeout: 120_000 }, async () => {
  const socket = await RawSocket.open(server.port)
  socket.socket.pause()
  const request = server.requestOf({ operation: 'PutRecord', contentType: json, body: server.putBody(1000) })
  const many = Buffer.concat(Array.from({ length: 100 }, () => request))
  for (let i = 0; i < 100; i++) socket.write(many)
  await sleep(2000)
  await server.expectServes()
  server.expectMemoryWithin(300)
  socket.socket.resume()
  await socket.until(() => socket.statuses.length >= 1000)
  assert.ok(socket.statuses.every((status) => status === 200))
  socket.destroy()
})

test('HTTP/2 streams opened and reset at once by the ten thousand', { timeout: 120_000 }, async () => {
  const cancel = Buffer.from([0, 0, 0, 8])
  await h2Flood((i) => Buffer.concat([h2Frame(1, 4, 2 * i + 1, h2Headers), h2Frame(3, 0, 2 * i + 1, cancel)]), 50_000)
})

test('HTTP/2 streams opened and never ended by the ten thousand', { timeout: 120_000 }, async () => {
  await h2Flood((i) => h2Frame(1, 4, 2 * i + 1, h2Headers), 20_000)
})

test('floods of HTTP/2 settings, pings and empty data', { timeout: 120_000 }, async () => {
  await h2Flood(() => h2Frame(4, 0, 0, Buffer.alloc(0)), 50_000)
  await h2Flood(() => h2Frame(6, 0, 0, Buffer.alloc(8)), 50_000)
  await h2Flood((i) => (i === 0 ? h2Frame(1, 4, 1, h2Headers) : h2Frame(0, 0, 1, Buffer.alloc(0))), 50_000)
})

test('HTTP/2 headers that go on for ever', { timeout: 120_000 }, async () => {
  const piece = Buffer.concat(
    Array.from({ length: 100 }, () => Buffer.concat([Buffer.from([0, 1, 97, 100]), Buffer.alloc(100, 98)])),
  )
  await h2Flood((i) => (i === 0 ? h2Frame(1, 0, 1, h2Headers) : h2Frame(9, 0, 1, piece)), 5_000)
})

test('HTTP/2 bodies with a window of nothing for the answer', { timeout: 120_000 }, async () => {
  for (let i = 0; i < 12; i++) await server.put(1_000_000)
  const noWindow = h2Frame(4, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]))
  const sockets = await openMany(server.port, 50)
  for (const socket of sockets) {
    socket.write(Buffer.concat([h2Preface, noWindow]))
    for (let i = 0; i < 50; i++) socket.write(h2Frame(1, 5, 2 * i + 1, h2Headers))
  }
  await sleep(1000)
  await server.expectServes()
  server.expectMemoryWithin(400)
  for (const socket of sockets) socket.destroy()
})

test('HTTP/2 frames of every kind, at random, never bring it down', { timeout: 120_000 }, async () => {
  const { randomBytes, randomInt } = await import('node:crypto')
  for (let round = 0; round < 200; round++) {
    const socket = await RawSocket.open(server.port)
    socket.write(h2Preface)
    for (let i = 0; i < 20; i++) socket.write(h2Frame(randomInt(12), randomInt(256), randomInt(5), randomBytes(randomInt(200))))
    socket.socket.end()
    await socket.untilClosed()
  }
  await server.expectServes()
})
