import { KinesisClient } from '@millrace/testkit'
import { FanOutLoad } from './fan-out-load.js'
import { GetLoad, type ShardToRead } from './get-load.js'
import { h2Protocol } from './h2-protocol.js'
import { http1Protocol } from './http1-protocol.js'
import type { GeneratorMessage, LoadJob, LoadResult } from './job.js'
import { runOpenLoop } from './open-loop.js'
import { PushLoad } from './push-load.js'
import { PutLoad, runClosedLoop } from './put-load.js'
import { PutSupply } from './put-supply.js'
import { Subscribers } from './subscribers.js'
import { Tally } from './tally.js'

/** The generator's process: one job by IPC, then its result, then the end. */
process.once('message', (job: LoadJob) => {
  run(job).then(
    (result) => report({ kind: 'result', result }),
    (error: Error) => report({ kind: 'failed', reason: error.message }),
  )
})

function report(message: GeneratorMessage): void {
  process.send?.(message, () => {
    if (message.kind !== 'window') process.disconnect()
  })
}

async function run(job: LoadJob): Promise<LoadResult> {
  const tally = new Tally()
  if (job.operation === 'GetRecords') return runGets(job, tally)
  if (job.operation !== 'SubscribeToShard') return runPuts(job, tally)
  return job.duePerSecond === undefined ? runFanOut(job, tally) : runPushes(job, job.duePerSecond, tally)
}

async function runPuts(job: LoadJob, tally: Tally): Promise<LoadResult> {
  const protocol = protocolOf(job)
  const supply = new PutSupply(job, protocol)
  const load = new PutLoad(job, supply, tally)
  const open = await protocol.open(job.host, job.port, job.slots)
  const isOver = timeWindow(job, tally)
  if (job.duePerSecond === undefined) await runClosedLoop(load, open, tally, isOver)
  else await runOpenLoop(load, open, tally, job.duePerSecond, isOver)
  open.close()
  load.checkKept()
  return tally.result(job, supply.resent)
}

async function runGets(job: LoadJob, tally: Tally): Promise<LoadResult> {
  const protocol = protocolOf(job)
  const load = new GetLoad(job, protocol, tally)
  const shards = await shardsOf(job)
  const open = await protocol.open(job.host, job.port, job.slots)
  await load.run(open, shards, timeWindow(job, tally))
  open.close()
  load.checkKept()
  return tally.result(job, 0)
}

/** Puts at an even rate, and how long after each was due its event arrives. */
async function runPushes(job: LoadJob, duePerSecond: number, tally: Tally): Promise<LoadResult> {
  const protocol = protocolOf(job)
  const puts = { ...job, operation: 'PutRecord' } as const
  const supply = new PutSupply(puts, protocol)
  const load = new PushLoad(puts, supply, tally)
  const subscribers = new Subscribers(job, await shardsOf(job), 'LATEST', load)
  await subscribers.begun()
  const open = await protocol.open(job.host, job.port, job.slots)
  await runOpenLoop(load, open, tally, duePerSecond, timeWindow(job, tally))
  await load.arrived()
  subscribers.close()
  open.close()
  load.checkKept()
  return tally.result(job, supply.resent)
}

async function runFanOut(job: LoadJob, tally: Tally): Promise<LoadResult> {
  const load = new FanOutLoad(job, tally)
  const isOver = timeWindow(job, tally)
  const subscribers = new Subscribers(job, await shardsOf(job), 'TRIM_HORIZON', load)
  while (!isOver()) await new Promise((resolve) => setTimeout(resolve, 10))
  subscribers.close()
  load.checkKept()
  return tally.result(job, 0)
}

function protocolOf(job: LoadJob): typeof http1Protocol {
  return job.protocol === 'h2' ? h2Protocol : http1Protocol
}

/** Opens and closes the measured window; the function says whether it has closed. */
function timeWindow(job: LoadJob, tally: Tally): () => boolean {
  let isOver = false
  setTimeout(() => {
    tally.beginWindow()
    report({ kind: 'window', edge: 'begin' })
  }, job.warmupMs)
  setTimeout(() => {
    tally.endWindow()
    report({ kind: 'window', edge: 'end' })
    isOver = true
  }, job.warmupMs + job.measuredMs)
  return () => isOver
}

async function shardsOf(job: LoadJob): Promise<ShardToRead[]> {
  const client = new KinesisClient({ host: job.host, port: job.port }, job.credentials)
  const shards: ShardToRead[] = []
  for (const stream of job.streams) {
    const { Shards } = await client.callOrThrow<{ Shards: { ShardId: string }[] }>('ListShards', { StreamName: stream })
    shards.push(...Shards.map(({ ShardId }) => ({ stream, shardId: ShardId })))
  }
  client.close()
  return shards
}
