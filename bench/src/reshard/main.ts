import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, KinesisClient, StandaloneServer } from '@millrace/testkit'
import { machineFacts } from '../machine/facts.js'
import { HoldWatch } from './hold-watch.js'
import { SteadyWriter } from './steady-writer.js'

/**
 * What a stream of thousands of shards costs those who use the server meanwhile: it is created, scaled up and down, changed and deleted
 * while a writer puts to a small stream and to it, at an even rate.
 */
const shards = Number(process.argv[2] ?? 5000)
const stream = 'large'

async function main(): Promise<void> {
  const folder = fileURLToPath(new URL('../../../.bench', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const dataDir = mkdtempSync(join(folder, 'reshard-'))
  const env = { MILLRACE_LIMITS: 'off' }
  const server = await StandaloneServer.start({ dataDir, port: await freePort(), env })
  try {
    await measure(server)
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function measure(server: StandaloneServer): Promise<void> {
  const client = new KinesisClient(server.endpoint, server.credentials())
  const holds = new HoldWatch(server.endpoint)
  process.stdout.write(`Machine: ${machineFacts()}\n\n`)
  await client.callOrThrow('CreateStream', { StreamName: 'small', ShardCount: 4 })
  await active(client, 'small')
  const writer = new SteadyWriter(server, 'small')
  const phase = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    await holds.take()
    writer.take()
    const startedMs = performance.now()
    await act()
    const tookMs = performance.now() - startedMs
    const { count, failed, p50, p99, max } = writer.take()
    const held = [...(await holds.take())].map(([lane, ms]) => `${lane} ${ms.toFixed(1)}`).join(', ')
    const puts = `${count} puts, ${failed} failed, p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, longest ${max.toFixed(1)} ms`
    process.stdout.write(`${name}: ${(tookMs / 1000).toFixed(1)} s; ${puts}; longest hold (ms): ${held}\n`)
  }
  await phase('nothing else', () => sleep(5000))
  await phase(`CreateStream, ${shards} shards`, async () => {
    await client.callOrThrow('CreateStream', { StreamName: stream, ShardCount: shards })
    await active(client, stream)
  })
  writer.streams.push(stream)
  await phase('puts to it', () => sleep(5000))
  await phase(`UpdateShardCount to ${shards * 2}`, () => scale(client, shards * 2))
  await phase(`UpdateShardCount to ${shards}`, () => scale(client, shards))
  await phase('10 changes of its retention', async () => {
    for (let i = 0; i < 10; i++) {
      await client.callOrThrow('IncreaseStreamRetentionPeriod', { StreamName: stream, RetentionPeriodHours: 25 + i })
      await active(client, stream)
    }
  })
  await phase('puts to it', () => sleep(15_000))
  await phase('DeleteStream', async () => {
    writer.streams.pop()
    await client.callOrThrow('DeleteStream', { StreamName: stream })
    await sleep(3000)
  })
  await writer.stop()
  holds.stop()
  client.close()
}

async function scale(client: KinesisClient, target: number): Promise<void> {
  const input = { StreamName: stream, TargetShardCount: target, ScalingType: 'UNIFORM_SCALING' }
  await client.callOrThrow('UpdateShardCount', input)
  await active(client, stream)
}

async function active(client: KinesisClient, name: string): Promise<void> {
  for (;;) {
    const summary = await client.callOrThrow<Summary>('DescribeStreamSummary', { StreamName: name })
    if (summary.StreamDescriptionSummary.StreamStatus === 'ACTIVE') return
    await sleep(100)
  }
}

interface Summary {
  readonly StreamDescriptionSummary: { readonly StreamStatus: string }
}

await main()
