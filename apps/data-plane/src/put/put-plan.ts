import type { PutSource } from '@millrace/aws-wire'
import { type DomainError, recordBytes } from '@millrace/model'
import { hashKeyToWords, md5Words, parseHashKey, type ShardEntry, type StreamView } from '@millrace/streams'

/** What a request has for one shard. */
export interface PlannedPart {
  readonly shard: ShardEntry
  /** Of the record block. */
  bytes: number
  records: number
}

/**
 * Which shard each record goes to. Parts are added at every attempt; records that a closed shard did not take move to a part of a
 * later attempt, the others stay.
 */
export class PutPlan {
  readonly parts: PlannedPart[] = []
  /** By record: index into `parts`. */
  readonly partOf: Int32Array
  /** By record: position among the records of its part. */
  readonly positionOf: Int32Array

  constructor(readonly recordCount: number) {
    this.partOf = new Int32Array(recordCount)
    this.positionOf = new Int32Array(recordCount)
  }

  /** Routes `pending` records by explicit hash key or by the MD5 of the partition key. What is wrong with one refuses them all. */
  route(source: PutSource, stream: StreamView, pending: Int32Array): DomainError | undefined {
    const { shards } = stream.routes
    if (shards.length === 0) return { kind: 'Unavailable', outcome: 'none', reason: 'the stream has no open shard' }
    const partOfRoute = new Int32Array(shards.length).fill(-1)
    for (let i = 0; i < pending.length; i++) {
      const record = pending[i]
      const route = routeOf(source, record, stream)
      if (typeof route !== 'number') return route
      if (partOfRoute[route] < 0) {
        partOfRoute[route] = this.parts.length
        this.parts.push({ shard: shards[route], bytes: 0, records: 0 })
      }
      this.place(source, record, partOfRoute[route])
    }
    return undefined
  }

  private place(source: PutSource, record: number, index: number): void {
    const part = this.parts[index]
    this.partOf[record] = index
    this.positionOf[record] = part.records++
    part.bytes += recordBytes(Math.max(0, source.keyLength(record)), source.dataLength(record))
  }
}

const keyScratch = Buffer.allocUnsafeSlow(1024)
const words = new Uint32Array(4)

/** Position in the route table. A single open shard takes every key, so its records need no digest. */
function routeOf(source: PutSource, record: number, stream: StreamView): number | DomainError {
  const { routes, entry } = stream
  const isAuto = entry.recordDistribution === 'AUTO'
  const explicit = isAuto ? undefined : source.explicitHashKey(record)
  if (explicit !== undefined) {
    const key = parseHashKey(explicit)
    if (key === undefined) return { kind: 'InvalidArgument', message: explicitHashKeyMessage(explicit) }
    hashKeyToWords(key, words)
    return routes.find(words)
  }
  if (routes.shards.length === 1) return 0
  const keyLength = source.keyLength(record)
  if (isAuto || keyLength < 0) return nextInTurn(routes.shards.length)
  source.writeKey(record, keyScratch, 0)
  md5Words(keyScratch, 0, keyLength, words)
  return routes.find(words)
}

let turn = 0

/** AUTO distribution spreads records evenly. */
function nextInTurn(shards: number): number {
  turn = (turn + 1) % shards
  return turn
}

function explicitHashKeyMessage(given: string): string {
  return `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${given}`
}
