import type { Credentials } from '@millrace/testkit'
import type { DatasetShape } from '../payload/dataset.js'
import type { Format } from '../payload/put-body.js'

export type Operation = 'PutRecords' | 'PutRecord' | 'GetRecords' | 'SubscribeToShard'
export type ProtocolName = 'http/1.1' | 'h2'

/** What one generator process does: one row of the table. A plain value, it crosses a pipe. */
export interface LoadJob {
  readonly host: string
  readonly port: number
  readonly credentials: Credentials
  readonly operation: Operation
  readonly format: Format
  readonly protocol: ProtocolName
  readonly streams: readonly string[]
  /** ARNs of consumers of the stream; each subscribes to all of its shards. */
  readonly consumers: readonly string[]
  /** Requests in flight at most: connections, or streams of the one HTTP/2 connection. */
  readonly slots: number
  readonly dataset: DatasetShape
  readonly warmupMs: number
  readonly measuredMs: number
  /** Open loop: requests become due at this even rate, answered or not. Absent: closed loop, each slot sends again when answered. */
  readonly duePerSecond?: number
  /** Heads signed before the row starts; past them they are sent again. */
  readonly signedAhead: number
}

/** What it saw in the measured window. */
export interface LoadResult {
  readonly requests: number
  readonly records: number
  /** Data of the records alone: no keys, no base64, no HTTP. */
  readonly payloadBytes: number
  readonly measuredMs: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly errors: number
  /** The first few, as text. */
  readonly errorSamples: readonly string[]
  /** Answers that were decoded whole and compared, byte for byte where they carry records. */
  readonly answersDecoded: number
  /** Requests that went out a second time because the signed ones had run out. */
  readonly resent: number
  /** Of the generator, user and system. */
  readonly cpuMs: number
}

export type GeneratorMessage =
  | { readonly kind: 'window'; readonly edge: 'begin' | 'end' }
  | { readonly kind: 'result'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly reason: string }
