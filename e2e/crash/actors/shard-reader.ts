import type { Answer, CallOutcome, KinesisClient } from '@millrace/testkit'
import type { ReadRecord } from '../ledger/shard-ledger.js'
import { identify } from '../record-identity.js'
import { Violation } from '../violation.js'

export interface Page {
  readonly records: readonly ReadRecord[]
  /** Undefined at the end of a closed shard. */
  readonly next: string | undefined
  readonly millisBehindLatest: number
}

/** A record as answers and events have it. */
export interface WireRecord {
  readonly SequenceNumber: string
  readonly PartitionKey: string
  readonly Data: string
  readonly ApproximateArrivalTimestamp: number
}

interface GetRecordsOutput {
  readonly Records: readonly WireRecord[]
  readonly NextShardIterator?: string
  readonly ChildShards?: readonly { readonly ShardId: string }[]
  readonly MillisBehindLatest: number
}

export type IteratorStart =
  | { readonly ShardIteratorType: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly ShardIteratorType: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; readonly StartingSequenceNumber: string }
  | { readonly ShardIteratorType: 'AT_TIMESTAMP'; readonly Timestamp: number }

/** Why a call brought nothing: the server's answer, or none. */
export class ReadFailed extends Error {
  constructor(
    operation: string,
    readonly outcome: CallOutcome,
  ) {
    super(`${operation}: ${JSON.stringify(outcome).slice(0, 500)}`)
  }
}

export async function shardIterator(
  client: KinesisClient,
  stream: string,
  shardId: string,
  start: IteratorStart,
): Promise<string> {
  const answer = await callFor200(client, 'GetShardIterator', { StreamName: stream, ShardId: shardId, ...start })
  return (answer.output as { ShardIterator: string }).ShardIterator
}

/** One page; every record in it is checked byte for byte. */
export async function readPage(client: KinesisClient, iterator: string, limit = 10_000): Promise<Page> {
  const answer = await callFor200(client, 'GetRecords', { ShardIterator: iterator, Limit: limit })
  const { Records, NextShardIterator, ChildShards, MillisBehindLatest } = answer.output as GetRecordsOutput
  const isOver = NextShardIterator === undefined
  if (isOver !== (ChildShards !== undefined && ChildShards.length > 0))
    throw new Violation('a page must lead on to the next one or to child shards', { NextShardIterator, ChildShards })
  return { records: Records.map(readRecord), next: NextShardIterator, millisBehindLatest: MillisBehindLatest }
}

export function readRecord({ SequenceNumber, PartitionKey, Data, ApproximateArrivalTimestamp }: WireRecord): ReadRecord {
  const id = identify(PartitionKey, Buffer.from(Data, 'base64'))
  if (id === undefined)
    throw new Violation('a record is not what was put', { SequenceNumber, PartitionKey, Data: Data.slice(0, 200) })
  return { sequenceNumber: SequenceNumber, id, arrivalMs: Math.round(ApproximateArrivalTimestamp * 1000) }
}

/** All pages from a start to the end of what is there. */
export async function readToEnd(client: KinesisClient, iterator: string): Promise<ReadRecord[]> {
  const all: ReadRecord[] = []
  for (let at: string | undefined = iterator; at !== undefined; ) {
    const page: Page = await readPage(client, at)
    all.push(...page.records)
    if (page.records.length === 0 && page.millisBehindLatest === 0) break
    at = page.next
  }
  return all
}

async function callFor200(client: KinesisClient, operation: string, input: unknown): Promise<Answer> {
  const outcome = await client.call(operation, input)
  if (outcome.kind === 'lost' || outcome.status !== 200) throw new ReadFailed(operation, outcome)
  return outcome
}
