import { setTimeout as sleep } from 'node:timers/promises'
import { KinesisClient } from '@millrace/testkit'
import type { LoadJob, LoadResult } from './load/job.js'
import type { Options } from './options.js'
import type { Row } from './rows.js'
import { runJob } from './run-job.js'
import type { RunningTarget, Target, TargetName } from './targets/target.js'

export interface RowFigures extends LoadResult {
  readonly row: Row
  readonly target: TargetName
  /** Requests per second that were due, in open loop. */
  readonly duePerSecond: number | undefined
  readonly serverCpuMs: number | undefined
  readonly othersCpuMs: number | undefined
}

export interface RowFailure {
  readonly row: Row
  readonly target: TargetName
  readonly reason: string
}

/** All rows of one target: puts first; then it is started again where it can be, so that reads come from its log. */
export async function runTarget(target: Target, rows: readonly Row[], options: Options, tell: (line: string) => void) {
  const figures: RowFigures[] = []
  const failures: RowFailure[] = []
  let running = await target.start()
  let isFresh = false
  try {
    for (const row of rows) {
      if (row.readsFrom !== undefined && !isFresh) {
        running = (await running.restart?.()) ?? running
        isFresh = true
      }
      try {
        const done = await runRow(running, target.name, row, figures, options)
        figures.push(done)
        tell(
          `${target.name}: ${row.name}: ${Math.round((done.requests * 1000) / done.measuredMs)} requests/s, ${done.errors} errors`,
        )
      } catch (error) {
        failures.push({ row, target: target.name, reason: (error as Error).message })
        tell(`${target.name}: ${row.name}: failed: ${(error as Error).message}`)
      }
    }
  } finally {
    await running.stop()
  }
  return { figures, failures }
}

async function runRow(running: RunningTarget, target: TargetName, row: Row, earlier: readonly RowFigures[], options: Options) {
  const reached = row.halfOf === undefined ? undefined : earlier.find((done) => done.row.name === row.halfOf)
  if (row.halfOf !== undefined && !reached) throw new Error(`"${row.halfOf}" has not run`)
  const duePerSecond = row.duePerSecond ?? (reached && (reached.requests * 1000) / reached.measuredMs / 2)
  const stream = streamOf(row.readsFrom ?? row.name)
  if (row.readsFrom === undefined) await createStream(running, stream, row.shards)
  const consumers = await registerConsumers(running, stream, row)
  const job = { ...jobOf(running, row, stream, options, duePerSecond), consumers }
  const { result, ...cpu } = await runJob(job, running.pid)
  return { ...result, ...cpu, row, target, duePerSecond }
}

function jobOf(
  running: RunningTarget,
  row: Row,
  stream: string,
  options: Options,
  duePerSecond: number | undefined,
): Omit<LoadJob, 'consumers'> {
  const { host, port, credentials } = running
  const { operation, format, protocol, slots, recordBytes, recordsPerRequest, bodies } = row
  const { warmupMs } = options
  const measuredMs = duePerSecond === undefined ? options.measuredMs : options.openLoopMs
  const signedAhead = Math.ceil((row.signedAheadPerSecond * (warmupMs + measuredMs)) / 1000)
  const dataset = { seed: 1, bodies, recordsPerBody: recordsPerRequest, recordBytes }
  const fixed = {
    host,
    port,
    credentials,
    operation,
    format,
    protocol,
    streams: [stream],
    slots,
    dataset,
    warmupMs,
    measuredMs,
    signedAhead,
  }
  return duePerSecond === undefined ? fixed : { ...fixed, duePerSecond }
}

function streamOf(rowName: string): string {
  return rowName.replace(/[^a-zA-Z0-9]+/g, '-')
}

async function createStream({ host, port, credentials }: RunningTarget, name: string, shards: number): Promise<void> {
  const client = new KinesisClient({ host, port }, credentials)
  await client.callOrThrow('CreateStream', { StreamName: name, ShardCount: shards })
  for (let attempt = 0; attempt < 200; attempt++) {
    const description = await client.callOrThrow<Description>('DescribeStream', { StreamName: name })
    if (description.StreamDescription.StreamStatus === 'ACTIVE') return client.close()
    await sleep(50)
  }
  throw new Error(`stream ${name} does not become ACTIVE`)
}

/** Resolves to the ARNs of as many new consumers as the row wants, when they are ACTIVE. */
async function registerConsumers({ host, port, credentials }: RunningTarget, stream: string, row: Row): Promise<string[]> {
  const client = new KinesisClient({ host, port }, credentials)
  const arns: string[] = []
  for (let i = 0; i < (row.consumers ?? 0); i++) {
    const { StreamDescriptionSummary } = await client.callOrThrow<Summary>('DescribeStreamSummary', { StreamName: stream })
    const input = { StreamARN: StreamDescriptionSummary.StreamARN, ConsumerName: `${row.protocol === 'h2' ? 'h2' : 'h1'}-${i}` }
    const { Consumer } = await client.callOrThrow<Registered>('RegisterStreamConsumer', input)
    arns.push(Consumer.ConsumerARN)
  }
  for (const ConsumerARN of arns) {
    for (;;) {
      const { ConsumerDescription } = await client.callOrThrow<DescribedConsumer>('DescribeStreamConsumer', { ConsumerARN })
      if (ConsumerDescription.ConsumerStatus === 'ACTIVE') break
      await sleep(50)
    }
  }
  client.close()
  return arns
}

interface Summary {
  readonly StreamDescriptionSummary: { readonly StreamARN: string }
}

interface Registered {
  readonly Consumer: { readonly ConsumerARN: string }
}

interface DescribedConsumer {
  readonly ConsumerDescription: { readonly ConsumerStatus: string }
}

interface Description {
  readonly StreamDescription: { readonly StreamStatus: string }
}
