import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AbusedServer } from './client/abused-server.js'
import { openMany, type RawSocket } from './client/raw-socket.js'

const json = 'application/x-amz-json-1.1'
let server: AbusedServer

before(async () => {
  server = await AbusedServer.start()
})
after(() => server.stop())

function destroyAll(sockets: readonly RawSocket[]): void {
  for (const socket of sockets) socket.destroy()
}

test('heads that come a byte a second do not keep others out, and end', { timeout: 120_000 }, async () => {
  const sockets = await openMany(server.port, 1000)
  const drip = setInterval(() => {
    for (const socket of sockets) socket.write('x')
  }, 1000)
  for (const socket of sockets) socket.write('POST / HTTP/1.1\r\nhost: ')
  for (let i = 0; i < 10; i++) {
    await server.expectServes()
    await sleep(100)
  }
  await Promise.all(sockets.map((socket) => socket.untilClosed()))
  clearInterval(drip)
  assert.ok(sockets.every((socket) => !socket.statuses.some((status) => status >= 500)))
  server.expectMemoryWithin(300)
})

test('bodies that are announced as 16 MiB and hardly come cost what has come, and end', { timeout: 120_000 }, async () => {
  const body = server.putBody(12_000_000)
  const head = server.headOf({ operation: 'PutRecord', contentType: json, body })
  const sockets = await openMany(server.port, 500)
  for (const socket of sockets) {
    socket.write(head)
    socket.write(body.subarray(0, 10_000))
  }
  const drip = setInterval(() => {
    for (const socket of sockets) socket.write('A')
  }, 1000)
  for (let i = 0; i < 10; i++) {
    await server.expectServes()
    await sleep(100)
  }
  server.expectMemoryWithin(400)
  await Promise.all(sockets.map((socket) => socket.untilClosed()))
  clearInterval(drip)
})

test('bodies that stop just before their end cannot hold the whole budget for ever', { timeout: 180_000 }, async () => {
  const body = server.putBody(12_000_000)
  const head = server.headOf({ operation: 'PutRecord', contentType: json, body })
  const sockets = await openMany(server.port, 20)
  for (const socket of sockets) {
    socket.write(head)
    socket.write(body.subarray(0, body.length - 1))
  }
  await sleep(1000)
  server.expectMemoryWithin(500)
  await server.expectServes()
  await Promise.all(sockets.map((socket) => socket.untilClosed()))
  await server.expectServes()
})

test('readers that ask for pages and take nothing are held, and others are served', { timeout: 180_000 }, async () => {
  for (let i = 0; i < 12; i++) await server.put(1_000_000)
  const body = Buffer.from(JSON.stringify({ ShardIterator: await server.iterator() }))
  const sockets = await openMany(server.port, 100)
  for (const socket of sockets) {
    socket.socket.pause()
    for (let i = 0; i < 4; i++) socket.write(server.requestOf({ operation: 'GetRecords', contentType: json, body }))
  }
  await sleep(2000)
  server.expectMemoryWithin(600)
  await server.expectServes()
  destroyAll(sockets)
  await server.expectServes()
})

test('a client that ends its side after the request gets its answer', async () => {
  const [socket] = (await openMany(server.port, 1)) as [RawSocket]
  socket.socket.end(server.requestOf({ operation: 'PutRecord', contentType: json, body: server.putBody(10) }))
  assert.equal(await socket.firstStatus(), 200)
  await socket.untilClosed()
})

test('clients that end their side, or vanish, in the middle of a body leave nothing behind', async () => {
  const body = server.putBody(1_000_000)
  const request = server.requestOf({ operation: 'PutRecord', contentType: json, body })
  const sockets = await openMany(server.port, 200)
  sockets.forEach((socket, i) => {
    socket.write(request.subarray(0, request.length >> 1))
    if (i % 2 === 0) socket.socket.end()
    else setTimeout(() => socket.socket.resetAndDestroy(), 50)
  })
  await Promise.all(sockets.map((socket) => socket.untilClosed()))
  await server.expectServes()
  server.expectMemoryWithin(600)
})
