/**
 * What the listener alone can do: requests and MiB a second with a handler that answers at once (or after a turn of the loop),
 * the load generator in a thread of its own. `node packages/aws-wire/bench/listener.ts [seconds]`, after a build.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { ByteBudget, createListener, type WireResponse } from '../dist/index.js'
import type { Load } from './load.ts'

const seconds = Number(process.argv[2] ?? 3)
const budget = {
  requests: new ByteBudget(ByteBudget.allocate(256 * 1024 * 1024)),
  responses: new ByteBudget(ByteBudget.allocate(256 * 1024 * 1024)),
}
let responseBody = Buffer.alloc(0)

const handler = (): Promise<WireResponse> =>
  new Promise((resolve) =>
    setImmediate(() =>
      resolve({
        status: 200,
        headers: [
          ['x-amzn-RequestId', '00000000-0000-0000-0000-000000000000'],
          ['x-amz-id-2', 'x'.repeat(96)],
          ['Content-Type', 'application/x-amz-json-1.1'],
        ],
        body: { kind: 'bytes', bytes: responseBody },
      }),
    ),
  )

const listener = createListener({ handler, budget, report: (problem) => console.error(problem) })
const { port } = await listener.listen({ host: '127.0.0.1', port: 0 })

async function run(name: string, load: Partial<Load>): Promise<void> {
  const full: Load = {
    port,
    protocol: 'http/1.1',
    connections: 16,
    depth: 1,
    bodyBytes: 200,
    responseBytes: 110,
    seconds,
    ...load,
  }
  responseBody = Buffer.alloc(full.responseBytes, 'y')
  const before = process.cpuUsage()
  const began = performance.now()
  const worker = new Worker(new URL('./load.ts', import.meta.url), { workerData: full })
  const perSecond = await new Promise<number>((resolve, reject) => worker.once('message', resolve).once('error', reject))
  const cpu = process.cpuUsage(before)
  const cores = (cpu.user + cpu.system) / 1000 / (performance.now() - began)
  const mib = (perSecond * (full.bodyBytes + full.responseBytes)) / 1024 / 1024
  console.log(
    `${name.padEnd(44)} ${perSecond.toFixed(0).padStart(8)} req/s ${mib.toFixed(0).padStart(6)} MiB/s ${cores.toFixed(2)} cores`,
  )
  await new Promise((resolve) => worker.once('exit', resolve))
}

const rows: [string, Partial<Load>][] = [
  ['single puts, 64 connections', { connections: 64 }],
  ['single puts, 8 connections, 16 pipelined', { connections: 8, depth: 16 }],
  ['batches of 730 KB, 8 connections', { connections: 8, bodyBytes: 730_000, responseBytes: 60_000 }],
  ['bodies of 14 MiB, 4 connections', { connections: 4, bodyBytes: 14 * 1024 * 1024 }],
  ['pages of 10 MiB, 8 connections', { connections: 8, responseBytes: 10 * 1024 * 1024 }],
  ['h2: single puts, 1 connection, 64 streams', { protocol: 'h2', connections: 1, depth: 64 }],
  [
    'h2: batches of 730 KB, 1 connection, 8 streams',
    { protocol: 'h2', connections: 1, depth: 8, bodyBytes: 730_000, responseBytes: 60_000 },
  ],
  ['h2: pages of 10 MiB, 1 connection, 4 streams', { protocol: 'h2', connections: 1, depth: 4, responseBytes: 10 * 1024 * 1024 }],
]
const chosen = process.argv[3]
for (const [name, load] of rows) if (chosen === undefined || name.includes(chosen)) await run(name, load)

if (chosen === undefined) {
  const plain = createServer((request, response) => {
    request.on('data', () => undefined)
    request.on('end', () => setImmediate(() => response.end(responseBody)))
  })
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  await run('for scale, node:http: single puts, 64 conn.', { connections: 64, port: (plain.address() as AddressInfo).port })
}
process.exit(0)
