import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { AnswerReader, type WireHandler, type WireRequest } from '@millrace/aws-wire'
import { type Channel, PortRpc } from '@millrace/rpc'
import { LaneLoads } from './lane-loads.js'
import { serveMovedWork, sharingWork } from './share-work.js'

function request(bytes: number, target = 'Kinesis_20131202.PutRecords'): WireRequest {
  const headers = [
    ['x-amz-target', target],
    ['x-twice', 'a'],
    ['x-twice', 'b'],
  ] as const
  return {
    protocol: 'h2',
    secure: false,
    remoteAddress: '127.0.0.1',
    method: 'POST',
    target: '/',
    headers: { get: (name) => headers.find(([key]) => key === name)?.[1], entries: () => headers },
    body: Buffer.from(new ArrayBuffer(bytes)).fill(7),
    bodySha256: 'hash',
    reader: new AnswerReader(),
    signal: new AbortController().signal,
  }
}

/** Two lanes in one thread; each answers with its name and what it saw. */
function twoLanes() {
  const { port1, port2 } = new MessageChannel()
  const rpc = [new PortRpc(port1 as unknown as Channel), new PortRpc(port2 as unknown as Channel)]
  const shared = LaneLoads.allocate(2)
  const loads = [new LaneLoads(shared, 0), new LaneLoads(shared, 1)]
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const answer = (lane: number): WireHandler => {
    return async ({ body, headers, bodySha256 }) => {
      const seen = `${lane} ${body.length} ${body[body.length - 1]} ${headers.get('x-twice')} ${bodySha256}`
      await held
      return { status: 200, headers: [['x', 'y']], body: { kind: 'bytes', bytes: Buffer.from(seen) } }
    }
  }
  serveMovedWork(rpc[1], answer(1), loads[1])
  const handle = sharingWork(answer(0), loads[0], new Map([[1, rpc[0]]]))
  return { handle, release, loads, close: () => port1.close() }
}

async function textOf(response: ReturnType<WireHandler>): Promise<string> {
  const { body } = await response
  return body.kind === 'bytes' ? Buffer.from(body.bytes).toString() : 'not bytes'
}

test('a lane that has more under way than another passes whole bodies over, and large ones only', async () => {
  const { handle, release, close } = twoLanes()
  const answers = [100_000, 100_000, 100_000, 1000].map((bytes) => textOf(handle(request(bytes))))
  await new Promise((resolve) => setTimeout(resolve, 20))
  release()
  assert.deepEqual(await Promise.all(answers), [
    '0 100000 7 a hash',
    '0 100000 7 a hash',
    '1 100000 7 a,b hash',
    '0 1000 7 a hash',
  ])
  close()
})

test('what is counted as under way is given back, also when answering fails', async () => {
  const shared = LaneLoads.allocate(2)
  const loads = new LaneLoads(shared, 0)
  const failing = sharingWork(() => Promise.reject(new Error('broken')), loads, new Map())
  for (let i = 0; i < 5; i++) await assert.rejects(async () => failing(request(100_000)), /broken/)
  assert.deepEqual([...new Int32Array(shared)], [0, 0])
})

test('other operations stay where their connection is', async () => {
  const { handle, release, close } = twoLanes()
  release()
  for (let i = 0; i < 4; i++) assert.match(await textOf(handle(request(100_000, 'Kinesis_20131202.GetRecords'))), /^0 /)
  close()
})
