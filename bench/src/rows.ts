import type { Operation, ProtocolName } from './load/job.js'
import type { Format } from './payload/put-body.js'

/** One line of the table. */
export interface Row {
  readonly name: string
  readonly operation: Operation
  readonly format: Format
  readonly protocol: ProtocolName
  readonly recordBytes: number
  readonly recordsPerRequest: number
  readonly slots: number
  readonly shards: number
  /** Distinct bodies that take turns. */
  readonly bodies: number
  /** Requests that are signed before a row of one second. */
  readonly signedAheadPerSecond: number
  /** Open loop at half the rate that this row reached. */
  readonly halfOf?: string
  /** Open loop at this rate. */
  readonly duePerSecond?: number
  /** Registered consumers that subscribe to every shard. */
  readonly consumers?: number
  /** Reads what this row has put. */
  readonly readsFrom?: string
  /** Peers take part: rows that compare protocols are Millrace's own. */
  readonly compared: boolean
}

const bodiesPerConnection = 64

export function rowsOf({ connections, shards }: { readonly connections: number; readonly shards: number }): Row[] {
  const kib = batch({ name: 'PutRecords 500 × 1 KiB', recordBytes: 1024, slots: connections, shards, signedAheadPerSecond: 1500 })
  const small = batch({
    name: 'PutRecords 500 × 100 B',
    recordBytes: 100,
    slots: connections,
    shards,
    signedAheadPerSecond: 3000,
  })
  const single = {
    ...kib,
    name: 'PutRecord 1 KiB',
    operation: 'PutRecord',
    recordsPerRequest: 1,
    slots: 64,
    bodies: bodiesPerConnection * 64,
    signedAheadPerSecond: 24_000,
  } as const
  const half = { ...single, name: 'PutRecord 1 KiB, open loop at half', signedAheadPerSecond: 12_000, halfOf: single.name }
  const pages = {
    ...kib,
    name: 'GetRecords 10,000 × 1 KiB from the log',
    operation: 'GetRecords',
    slots: 4,
    signedAheadPerSecond: 0,
    readsFrom: kib.name,
  } as const
  const pushed = ownRow({
    ...single,
    name: 'Put to event, 1,000 PutRecord of 1 KiB/s',
    operation: 'SubscribeToShard',
    duePerSecond: 1000,
    signedAheadPerSecond: 1100,
    consumers: 1,
  })
  const fanOut = ownRow({
    ...pages,
    name: `SubscribeToShard, 4 consumers × ${shards} shards from the log`,
    operation: 'SubscribeToShard',
    slots: 4 * shards,
    consumers: 4,
  })
  return [
    ...inEveryForm(kib),
    ...inEveryForm(small),
    single,
    half,
    ownRow({ ...single, name: 'PutRecord 1 KiB, CBOR', format: 'cbor' }),
    ownRow({ ...single, name: 'PutRecord 1 KiB, HTTP/2', protocol: 'h2' }),
    pushed,
    ownRow({ ...pushed, name: `${pushed.name}, HTTP/2`, protocol: 'h2' }),
    ...inEveryForm(pages),
    fanOut,
    ownRow({ ...fanOut, name: `${fanOut.name}, HTTP/2`, protocol: 'h2' }),
  ]
}

function inEveryForm(row: Row): Row[] {
  return [
    row,
    ownRow({ ...row, name: `${row.name}, CBOR`, format: 'cbor' }),
    ownRow({ ...row, name: `${row.name}, HTTP/2`, protocol: 'h2' }),
  ]
}

function ownRow(row: Row): Row {
  return { ...row, compared: false }
}

type Batch = Pick<Row, 'name' | 'recordBytes' | 'slots' | 'shards' | 'signedAheadPerSecond'>

function batch(given: Batch): Row {
  const fixed = { operation: 'PutRecords', format: 'json', protocol: 'http/1.1', recordsPerRequest: 500, compared: true } as const
  return { ...fixed, ...given, bodies: bodiesPerConnection }
}
