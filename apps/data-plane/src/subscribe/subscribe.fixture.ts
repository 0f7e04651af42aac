import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import {
  AnswerReader,
  AnswerRoom,
  ByteBudget,
  type CallContext,
  type EventSource,
  type OutputEvent,
  type WireRequest,
} from '@millrace/aws-wire'
import { MemoryLogStore } from '@millrace/log-store'
import {
  type AccountId,
  type DomainError,
  limits,
  RecordCursor,
  type Region,
  type Result,
  recordBytes,
  type StreamId,
  type StreamName,
  type ThroughputLimits,
  writeRecordHeader,
} from '@millrace/model'
import { type Channel, PortRpc, remoteShardOwner, serveShardOwner } from '@millrace/rpc'
import { type ShardEntry, ShardMap, type StreamUpdate } from '@millrace/streams'
import { LaneMeters } from '../metrics/lane-meters.js'
import { LaneShards } from '../owner/lane-shards.js'
import { Tail } from '../owner/tail.js'
import { Owners } from '../route/owners.js'
import { SubscribeToShard } from './subscribe-to-shard.js'

export const account = '000000000000' as AccountId
export const streamId = 'c'.repeat(32) as StreamId
export const streamArn = `arn:aws:kinesis:us-east-1:${account}:stream/s`
export const consumerArn = `${streamArn}/consumer/c:1700000000`
const creationSecond = 1_700_000_000

const shardEntry = (index: number, lane: number): ShardEntry => ({
  index,
  startingHashKey: String(index),
  endingHashKey: String(index),
  creationSecond,
  owner: { node: 0, lane },
})

export const streamEntry: StreamUpdate = {
  id: streamId,
  account,
  region: 'us-east-1' as Region,
  name: 's' as StreamName,
  status: 'ACTIVE',
  mode: 'PROVISIONED',
  createdMs: 0,
  retentionHours: 24,
  maxRecordBytes: limits.recordBytesMax,
  recordDistribution: 'PARTITION_KEY',
  dataKeys: [],
  shardLevelMetrics: [],
  consumers: [{ name: 'c', createdSecond: creationSecond, status: 'ACTIVE' }],
  shards: [shardEntry(0, 0), shardEntry(1, 1)],
}

/** Shard 0 belongs to the lane that subscribes, shard 1 to another, to which a `MessagePort` leads. */
export class FanOut {
  nowMs = 1_700_000_100_000
  readonly budget = new ByteBudget(ByteBudget.allocate(64 << 20))
  readonly map = new ShardMap()
  readonly lanes: readonly LaneShards[]
  readonly stores: readonly MemoryLogStore[]
  readonly subscriber: SubscribeToShard
  private revision = 0

  constructor(t: TestContext, { throughput, tailBytesMax = 1e8 }: { throughput?: ThroughputLimits; tailBytesMax?: number } = {}) {
    const room = new AnswerRoom(this.budget)
    const clock = { nowMs: () => this.nowMs }
    this.stores = [new MemoryLogStore(), new MemoryLogStore()]
    this.lanes = this.stores.map((store, lane) => {
      const tail = new Tail(tailBytesMax)
      return new LaneShards({
        address: { node: 0, lane },
        map: this.map,
        store,
        tail,
        clock,
        throughput,
        meters: new LaneMeters(),
        room,
      })
    })
    const { port1, port2 } = new MessageChannel()
    t.after(() => port1.close())
    serveShardOwner(new PortRpc(port2 as unknown as Channel), this.lanes[1])
    const owners = new Owners()
    owners.add({ node: 0, lane: 0 }, this.lanes[0])
    owners.add({ node: 0, lane: 1 }, remoteShardOwner(new PortRpc(port1 as unknown as Channel)))
    this.subscriber = new SubscribeToShard(this.map, owners, clock.nowMs)
    this.update(streamEntry)
  }

  update(entry: StreamUpdate): void {
    const change = { revision: ++this.revision, complete: false, streams: [entry], removedStreams: [] }
    const applied = this.map.apply(change)
    if (applied) for (const lane of this.lanes) void lane.onUpdate(applied)
  }

  /** Records are durable when it resolves. */
  async put(shard: number, ...data: (string | Buffer)[]): Promise<void> {
    const records = Buffer.concat(data.map(recordOf))
    const buffer = records.buffer.slice(records.byteOffset, records.byteOffset + records.length) as ArrayBuffer
    const part = { shard: { streamId, shard }, byteOffset: 0, byteLength: records.length, recordCount: data.length }
    const { parts } = await (this.lanes[shard] as LaneShards).append({ buffer, parts: [part] })
    assert.equal(parts[0]?.kind, 'appended')
  }

  /** The same past the lane, whose rates do not count it. */
  async write(shard: number, ...data: (string | Buffer)[]): Promise<void> {
    const records = Buffer.concat(data.map(recordOf))
    const batch = { shard: { streamId, shard }, records, recordCount: data.length, nowMs: this.nowMs, retention: 'day' } as const
    await this.stores[shard]?.append(batch)
  }

  call(
    input: Record<string, unknown>,
    signal: WireRequest['signal'] = new AbortController().signal,
    reader = new AnswerReader(),
  ): Promise<Result<EventSource, DomainError>> {
    const handler = this.subscriber.handler()
    if (handler.form !== 'events') throw new Error('answers with events')
    const wanted = { ConsumerARN: consumerArn, ShardId: 'shardId-000000000000', StartingPosition: { Type: 'LATEST' }, ...input }
    return handler.handle({ request: { signal, reader } } as CallContext, wanted)
  }

  async subscribe(shard: number, position: Record<string, unknown> = { Type: 'LATEST' }): Promise<EventSource> {
    const subscribed = await this.call({ ShardId: String(shard), StartingPosition: position })
    if (!subscribed.ok) assert.fail(JSON.stringify(subscribed.error))
    return subscribed.value
  }

  async refusal(input: Record<string, unknown>): Promise<DomainError> {
    const subscribed = await this.call(input)
    if (subscribed.ok) assert.fail('it was served')
    return subscribed.error
  }

  tick(): void {
    for (const lane of this.lanes) lane.subscriptions.tick()
  }

  /** What comes when nothing has come for five seconds. */
  async silence(events: EventSource): Promise<SeenEvent> {
    const waiting = events.next()
    assert.equal(await settled(waiting), undefined)
    this.nowMs += limits.subscriptionSilenceMs
    this.tick()
    return seen(await waiting)
  }
}

function recordOf(data: string | Buffer): Buffer {
  const bytes = Buffer.from(data)
  const record = Buffer.alloc(recordBytes(1, bytes.length))
  bytes.copy(record, writeRecordHeader(record, 0, 1, bytes.length) + 1)
  return record
}

export interface SeenEvent {
  readonly data: string[]
  readonly sequenceNumbers: string[]
  readonly continuation: string | undefined
  readonly millisBehindLatest: number
  readonly childShards: unknown
}

/** What a client sees of an event that is no error. */
export function seen(event: OutputEvent | undefined): SeenEvent {
  if (event === undefined || 'error' in event) assert.fail(`no event: ${JSON.stringify(event)}`)
  const data: string[] = []
  const sequenceNumbers: string[] = []
  for (const batch of event.records ?? []) {
    const cursor = new RecordCursor(batch.records)
    for (let position = 0; cursor.next(); position++) {
      const digits = Buffer.alloc(56)
      batch.writeSequenceNumber(position, digits, 0)
      sequenceNumbers.push(digits.toString())
      data.push(batch.records.toString('latin1', cursor.dataAt, cursor.nextAt))
    }
  }
  const { ContinuationSequenceNumber, MillisBehindLatest, ChildShards } = event.value as Record<string, unknown>
  return {
    data,
    sequenceNumbers,
    continuation: ContinuationSequenceNumber as string | undefined,
    millisBehindLatest: MillisBehindLatest as number,
    childShards: ChildShards,
  }
}

/** What is there at once; `undefined`: nothing within some turns of the loop. */
export async function settled<T>(promise: Promise<T>): Promise<T | undefined> {
  let value: T | undefined
  promise.then(
    (result) => {
      value = result
    },
    () => {},
  )
  for (let turn = 0; turn < 20 && value === undefined; turn++) await new Promise((resolve) => setImmediate(resolve))
  return value
}
