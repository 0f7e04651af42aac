import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AbusedServer } from './client/abused-server.js'
import { RawSocket } from './client/raw-socket.js'

const contentType = 'application/x-amz-json-1.1'
const StreamName = 'wide'
const statusLine = /HTTP\/1\.1 (?:200|503)/
const statusLineCharacters = 'HTTP/1.1 200'.length
let server: AbusedServer

before(async () => {
  server = await AbusedServer.start()
})
after(() => server.stop())

function requestOf(operation: string, input: object): Buffer {
  return server.requestOf({ operation, contentType, body: Buffer.from(JSON.stringify(input)) })
}

/** Asks until the answer is as it should be. */
async function until(request: () => Buffer, holds: (answer: string) => boolean): Promise<void> {
  for (;;) {
    const socket = await RawSocket.open(server.port)
    socket.write(request())
    await socket.firstStatus()
    socket.destroy()
    if (holds(socket.text)) return
    await sleep(100)
  }
}

test('sixty lists of ten thousand shards, asked for at once, are not all made at once', { timeout: 180_000 }, async () => {
  await until(
    () => requestOf('CreateStream', { StreamName, ShardCount: 10_000 }),
    (answer) => answer.includes(' 200 '),
  )
  await until(
    () => requestOf('ListShards', { StreamName, MaxResults: 1 }),
    (answer) => answer.includes(' 200 '),
  )
  const sockets = await Promise.all(Array.from({ length: 4 }, () => RawSocket.open(server.port)))
  const answers = sockets.map(() => 0)
  sockets.forEach(({ socket }, i) => {
    let end = ''
    socket.on('data', (chunk: Buffer) => {
      const statuses = (end + chunk.toString('latin1')).split(statusLine)
      answers[i] += statuses.length - 1
      end = (statuses.at(-1) as string).slice(-statusLineCharacters)
    })
    for (let asked = 0; asked < 15; asked++) socket.write(requestOf('ListShards', { StreamName, MaxResults: 10_000 }))
  })
  while (answers.some((answered) => answered < 15)) {
    await server.expectServes()
    server.expectMemoryWithin(600)
    assert.ok(sockets.every(({ isClosed }) => !isClosed))
    await sleep(100)
  }
  for (const socket of sockets) socket.destroy()
})
