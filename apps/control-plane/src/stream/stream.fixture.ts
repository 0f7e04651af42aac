import type { ShardMetadata, StreamMetadata } from '@millrace/metadata'
import type { AccountId, Region, StreamId } from '@millrace/model'
import { spreadOverLanes } from '../cluster-state/shard-placement.js'
import { StreamUpdates } from '../cluster-state/stream-updates.js'
import { newStream } from '../create-stream/new-stream.js'
import { DataKeys } from '../stream-encryption/data-keys.js'
import { StreamDirectory } from './stream-directory.js'

export const account = '000000000000' as AccountId
export const region = 'us-east-1' as Region
export const createdMs = Date.UTC(2030, 0, 1)

export class ManualClock {
  constructor(private now = Date.UTC(2030, 0, 1)) {}

  nowMs(): number {
    return this.now
  }

  advance(ms: number): void {
    this.now += ms
  }
}

let streams = 0

export function shard(index: number, given: Partial<ShardMetadata> = {}): ShardMetadata {
  return {
    index,
    startingHashKey: '0',
    endingHashKey: '340282366920938463463374607431768211455',
    creationSecond: createdMs / 1000 - 4,
    ...given,
  }
}

/** An ACTIVE stream of one shard, in an account and region that all fixtures share. */
export function stream(name: string, given: Partial<StreamMetadata> = {}): StreamMetadata {
  const shape = { mode: 'PROVISIONED', shardCount: 1 } as const
  return {
    ...newStream({ StreamName: name }, shape, { account, region, nowMs: createdMs, stateDelayMs: 0 }),
    id: String(++streams).padStart(32, '0') as StreamId,
    status: 'ACTIVE',
    statusUntilMs: undefined,
    ...given,
  }
}

/** What nodes are told of streams that have no data keys. */
export function updatesOver(lanes: number): StreamUpdates {
  return new StreamUpdates(spreadOverLanes(lanes), new DataKeys(new Uint8Array(32)))
}

export function directoryOf(...held: StreamMetadata[]): StreamDirectory {
  const directory = new StreamDirectory()
  directory.replace({ revision: 1, streams: held, accounts: [] })
  return directory
}

/** A call of root, as the data plane forwards it. */
export function callOf<const Operation extends string, Input>(operation: Operation, input: Input) {
  const principal = { account, arn: `arn:aws:iam::${account}:root`, accessKeyId: 'AKIA' }
  return { operation, principal, account, region, input }
}
