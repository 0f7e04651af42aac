import { test } from 'node:test'
import { AbusedServer } from './client/abused-server.js'
import { openMany } from './client/raw-socket.js'

test('more connections than the process may open files keep no put from being stored', { timeout: 120_000 }, async (t) => {
  const server = await AbusedServer.start(300)
  t.after(() => server.stop())
  const sockets = await openMany(server.port, 1000)
  for (let i = 0; i < 140; i++) await server.put(1_000_000)
  for (const socket of sockets) socket.destroy()
  await server.expectServes()
})
