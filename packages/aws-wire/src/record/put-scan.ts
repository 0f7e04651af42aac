import { withSlices } from '../codec/native-slices.js'
import type { PutSource } from './put-records.js'
import * as rules from './put-rules.js'
import * as span from './put-spans.js'

/** A member that a put may have, with its name as the encoding writes it. */
export interface PutMember {
  readonly name: Uint8Array
  readonly read: (scan: PutScan) => boolean
}

/** What the names of one encoding are; the members of a request begin with the one that is required. */
export interface PutMembers {
  readonly putRecords: readonly PutMember[]
  readonly putRecord: readonly PutMember[]
  readonly data: Uint8Array
  readonly partitionKey: Uint8Array
  readonly explicitHashKey: Uint8Array
}

export function putMembers(encoded: (name: string) => Uint8Array): PutMembers {
  const data = encoded('Data')
  const partitionKey = encoded('PartitionKey')
  const explicitHashKey = encoded('ExplicitHashKey')
  const stream: readonly PutMember[] = [
    { name: encoded('StreamName'), read: (scan) => scan.streamName() },
    { name: encoded('StreamARN'), read: (scan) => scan.streamArn() },
    { name: encoded('DryRun'), read: (scan) => scan.dryRun() },
  ]
  const putRecord: readonly PutMember[] = [
    { name: data, read: (scan) => scan.data(0) },
    { name: partitionKey, read: (scan) => scan.partitionKey(0) },
    { name: explicitHashKey, read: (scan) => scan.explicitHashKey(0) },
    { name: encoded('SequenceNumberForOrdering'), read: (scan) => scan.sequenceNumberForOrdering() },
    ...stream,
  ]
  return {
    putRecords: [{ name: encoded('Records'), read: (scan) => scan.records() }, ...stream],
    putRecord,
    data,
    partitionKey,
    explicitHashKey,
  }
}

/** Filled by one scan at a time and copied out of. */
const scratch = new Int32Array(rules.recordsPerPutMax * span.spansPerRecord)

/**
 * Finds the records of a put in its body, in one pass that builds nothing. It takes what clients usually send. Whatever is unusual (an
 * escape, a string in chunks, a duplicate or unknown member, a null, a violation, any error) it leaves to the model's interpreter,
 * which gives the same answer for whatever is taken here.
 *
 * A method that reads returns false, or −1, for what is unusual. Encodings differ in how containers, names and strings are passed.
 */
export abstract class PutScan {
  protected at = 0
  /** Where the string that was passed last ends. */
  protected to = 0
  private spansEnd = 0
  protected readonly fields: span.PutFields = {
    streamName: undefined,
    streamArn: undefined,
    dryRun: false,
    sequenceNumberForOrdering: undefined,
  }

  constructor(
    protected readonly body: Buffer,
    protected readonly members: PutMembers,
  ) {}

  putRecords(): PutSource | undefined {
    return this.request(this.members.putRecords) ? this.source() : undefined
  }

  /** One record, whose members stand beside the stream's name. */
  putRecord(): PutSource | undefined {
    this.beginRecord()
    return this.request(this.members.putRecord) ? this.source() : undefined
  }

  /** Passes the whole body, each member once, the first of `members` present. */
  protected abstract request(members: readonly PutMember[]): boolean
  abstract records(): boolean
  abstract data(at: number): boolean
  abstract dryRun(): boolean
  protected abstract dataSpans(): span.DataSpans
  /** Passes a member's name if it is this one. */
  protected abstract name(name: Uint8Array): boolean
  /** Passes a string; returns where its bytes begin, and `to` is where they end. */
  protected abstract text(): number

  /** A put that names no stream is the interpreter's to refuse. */
  private source(): PutSource | undefined {
    if (this.fields.streamName === undefined && this.fields.streamArn === undefined) return undefined
    const spans = scratch.slice(0, this.spansEnd)
    return new span.SpanPutSource(this.body, this.fields, spans, this.dataSpans())
  }

  /** The member that stands next, if it is among these and was not seen; −1. */
  protected memberOf(members: readonly PutMember[], seen: number): number {
    for (let i = 0; i < members.length; i++) if (this.name(members[i].name)) return (seen & (1 << i)) === 0 ? i : -1
    return -1
  }

  /** Returns where the spans of the record stand; −1 where there are too many. */
  protected beginRecord(): number {
    const at = this.spansEnd
    if (at === scratch.length) return -1
    scratch[at + span.dataFrom] = scratch[at + span.keyFrom] = scratch[at + span.hashFrom] = -1
    this.spansEnd += span.spansPerRecord
    return at
  }

  protected recordMember(at: number): boolean {
    if (this.name(this.members.data)) return scratch[at + span.dataFrom] < 0 && this.data(at)
    if (this.name(this.members.partitionKey)) return scratch[at + span.keyFrom] < 0 && this.partitionKey(at)
    return this.name(this.members.explicitHashKey) && scratch[at + span.hashFrom] < 0 && this.explicitHashKey(at)
  }

  protected hasData(at: number): boolean {
    return scratch[at + span.dataFrom] >= 0
  }

  protected keepData(at: number, from: number, to: number, bytes: number): boolean {
    scratch[at + span.dataFrom] = from
    scratch[at + span.dataTo] = to
    scratch[at + span.dataBytes] = bytes
    return bytes <= rules.dataBytesMax
  }

  partitionKey(at: number): boolean {
    const from = this.text()
    if (from < 0 || !rules.isPartitionKey(this.body, from, this.to)) return false
    scratch[at + span.keyFrom] = from
    scratch[at + span.keyTo] = this.to
    return true
  }

  explicitHashKey(at: number): boolean {
    const from = this.text()
    if (from < 0 || !rules.isHashKey(this.body, from, this.to)) return false
    scratch[at + span.hashFrom] = from
    scratch[at + span.hashTo] = this.to
    return true
  }

  streamName(): boolean {
    const from = this.text()
    if (from < 0 || !rules.isStreamName(this.body, from, this.to)) return false
    this.fields.streamName = this.ascii(from)
    return true
  }

  streamArn(): boolean {
    const from = this.text()
    if (from < 0 || !rules.isStreamArn(this.body, from, this.to)) return false
    this.fields.streamArn = this.ascii(from)
    return true
  }

  sequenceNumberForOrdering(): boolean {
    const from = this.text()
    if (from < 0 || !rules.isSequenceNumber(this.body, from, this.to)) return false
    this.fields.sequenceNumberForOrdering = this.ascii(from)
    return true
  }

  private ascii(from: number): string {
    return withSlices(this.body).latin1Slice(from, this.to)
  }
}
