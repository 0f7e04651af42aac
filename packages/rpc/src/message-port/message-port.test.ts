import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { type Channel, PortRpc } from './message-port.rpc.js'

function pair(): { left: PortRpc; right: PortRpc; sent: unknown[]; close: () => void } {
  const { port1, port2 } = new MessageChannel()
  const sent: unknown[] = []
  const spied: Channel = {
    postMessage: (value, transfer) => {
      sent.push(value)
      port1.postMessage(value, transfer as ArrayBuffer[])
    },
    on: (event: 'message' | 'close', listener: (value: never) => void) => port1.on(event as 'message', listener as never),
  }
  return { left: new PortRpc(spied), right: new PortRpc(port2 as unknown as Channel), sent, close: () => port1.close() }
}

test('a call is answered, a failure is a rejection, an unknown method too', async () => {
  const { left, right, close } = pair()
  right.serve('double', async (n: number) => n * 2)
  right.serve('break', async () => {
    throw new Error('broken')
  })
  assert.equal(await left.call('double', 21), 42)
  await assert.rejects(left.call('break', 1), /broken/)
  await assert.rejects(left.call('unheard', 1), /no procedure unheard/)
  close()
})

test('the calls of one turn travel in one message', async () => {
  const { left, right, sent, close } = pair()
  right.serve('echo', async (n: number) => n)
  assert.deepEqual(await Promise.all([1, 2, 3].map((n) => left.call('echo', n))), [1, 2, 3])
  assert.equal(sent.length, 1)
  close()
})

test('buffers are transferred both ways', async () => {
  const { left, right, close } = pair()
  right.serve(
    'fill',
    async (buffer: ArrayBuffer) => {
      new Uint8Array(buffer).fill(9)
      return buffer
    },
    (buffer) => [buffer],
  )
  const mine = new ArrayBuffer(16)
  const back = await left.call<ArrayBuffer, ArrayBuffer>('fill', mine, [mine])
  assert.equal(mine.byteLength, 0)
  assert.equal(new Uint8Array(back)[15], 9)
  close()
})

test('a port that closes fails what is under way and what comes after', async () => {
  const { left, right, close } = pair()
  right.serve('never', () => new Promise(() => {}))
  const waiting = left.call('never', 1)
  setTimeout(close, 5)
  await assert.rejects(waiting, /closed/)
  await assert.rejects(left.call('never', 1), /closed/)
})
