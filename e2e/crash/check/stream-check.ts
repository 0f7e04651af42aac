import { setTimeout as sleep } from 'node:timers/promises'
import type { KinesisClient } from '@millrace/testkit'
import type { Ledger } from '../ledger/ledger.js'
import type { StreamLedger } from '../ledger/stream-ledger.js'
import { Violation } from '../violation.js'
import { type DescribedShard, takeShards } from './lineage-check.js'

/** How long CREATING, UPDATING and DELETING may last, with time for a machine that is busy. */
const settleMsMax = 20_000

interface Description {
  readonly StreamDescription: {
    readonly StreamStatus: string
    readonly Shards: readonly DescribedShard[]
  }
}

/** Finds out what became of every stream, and that it is what was acknowledged. Afterwards each one is live or gone. */
export async function settleStreams(client: KinesisClient, ledger: Ledger): Promise<void> {
  for (const stream of ledger.present) await settle(client, stream, ledger.tick())
  const names = await listStreams(client)
  const expected = ledger.live.map(({ name }) => name).sort()
  if (names.join() !== expected.join()) throw new Violation('ListStreams shows other streams', { names, expected })
}

async function settle(client: KinesisClient, stream: StreamLedger, tick: number): Promise<void> {
  const { life } = stream
  const description = await restingDescription(client, stream)
  if (description === undefined) {
    if (life === 'live' || life === 'createAcknowledged') throw new Violation('a stream is gone', { stream: stream.name, life })
    stream.life = 'gone'
    return
  }
  if (life === 'deleteAcknowledged') throw new Violation('a deleted stream is still there', { stream: stream.name, description })
  takeShards(stream, description.StreamDescription.Shards, tick)
  stream.life = 'live'
}

/** The description once the stream neither comes nor goes; undefined: there is none. */
async function restingDescription(client: KinesisClient, stream: StreamLedger): Promise<Description | undefined> {
  let status = ''
  for (const endMs = Date.now() + settleMsMax; Date.now() < endMs; await sleep(20)) {
    const outcome = await client.call('DescribeStream', { StreamName: stream.name })
    if (outcome.kind === 'lost')
      throw new Violation('no answer to DescribeStream', { stream: stream.name, reason: outcome.reason })
    if (outcome.errorCode === 'ResourceNotFoundException') return undefined
    if (outcome.status !== 200) throw new Violation('DescribeStream fails', { stream: stream.name, outcome })
    const description = outcome.output as Description
    status = description.StreamDescription.StreamStatus
    if (status === 'ACTIVE') return description
  }
  throw new Violation('a stream stays as it is', { stream: stream.name, life: stream.life, status })
}

async function listStreams(client: KinesisClient): Promise<string[]> {
  const { StreamNames } = await client.callOrThrow<{ StreamNames: string[] }>('ListStreams', { Limit: 100 })
  return [...StreamNames].sort()
}
