import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, Kinesis } from './kinesis.js'

export const freshName = (): string => `e2e_${randomBytes(6).toString('hex')}`

const waitMs = 30_000

/** Creates a stream and waits until it is ACTIVE. Resolves to its name. */
export async function createStream(kinesis: Kinesis, input: Record<string, unknown> = {}): Promise<string> {
  const name = (input.StreamName as string | undefined) ?? freshName()
  await create(kinesis, { ...input, StreamName: name })
  await active(kinesis, name)
  return name
}

/** Creates a stream; where too many are in creation, it waits for its turn. */
export async function create(kinesis: Kinesis, input: Record<string, unknown>): Promise<void> {
  const answer = await until(
    () => kinesis.call('CreateStream', input),
    ({ body }) => body?.__type !== 'LimitExceededException',
  )
  if (answer.status !== 200) throw new Error(`CreateStream answered ${JSON.stringify(answer.body)}`)
}

/** The description of the stream once it is ACTIVE; asked for again where it was asked for too often. */
export async function active(kinesis: Kinesis, name: string): Promise<Json> {
  const { body } = await until(
    () => kinesis.call('DescribeStream', { StreamName: name }),
    ({ body }) => body.StreamDescription?.StreamStatus === 'ACTIVE' || !/^(LimitExceededException|undefined)$/.test(body.__type),
  )
  if (body.StreamDescription === undefined) throw new Error(`DescribeStream answered ${JSON.stringify(body)}`)
  return body.StreamDescription
}

/** Resolves when the stream is not found any more. */
export async function gone(kinesis: Kinesis, name: string): Promise<void> {
  await until(
    () => kinesis.call('DescribeStream', { StreamName: name }),
    ({ body }) => body?.__type === 'ResourceNotFoundException',
  )
}

export async function iterator(kinesis: Kinesis, stream: string, input: Record<string, unknown> = {}): Promise<string> {
  const position = { ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON', ...input }
  return (await kinesis.ok('GetShardIterator', { StreamName: stream, ...position })).ShardIterator
}

/** All records of a shard from an iterator on, in the order in which they came. Ends at the tip of the shard. */
export async function readAll(kinesis: Kinesis, from: string): Promise<Json[]> {
  const records: Json[] = []
  for (let next: string | undefined = from; next !== undefined; ) {
    const page: Json = await kinesis.ok('GetRecords', { ShardIterator: next })
    records.push(...page.Records)
    if (page.Records.length === 0 && page.MillisBehindLatest === 0) return records
    next = page.NextShardIterator
  }
  return records
}

/** Repeats `attempt` until its result is `done`. */
export async function until<T>(attempt: () => Promise<T>, done: (result: T) => boolean): Promise<T> {
  for (const end = Date.now() + waitMs; ; ) {
    const result = await attempt()
    if (done(result)) return result
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(result)} after ${waitMs} ms`)
    await sleep(25)
  }
}
