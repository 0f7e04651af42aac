import { withSlices } from '../codec/native-slices.js'
import type { PutSource } from './put-records.js'

/**
 * Where the parts of records stand in a body: per record the span of the data, its decoded bytes, the span of the partition key and
 * that of the explicit hash key. −1 where a record has none.
 */
export const spansPerRecord = 7
export const dataFrom = 0
export const dataTo = 1
export const dataBytes = 2
export const keyFrom = 3
export const keyTo = 4
export const hashFrom = 5
export const hashTo = 6

/** What a put says apart from its records. */
export interface PutFields {
  streamName: string | undefined
  streamArn: string | undefined
  dryRun: boolean
  sequenceNumberForOrdering: string | undefined
}

/** How the bytes of a body's data spans are decoded. */
export interface DataSpans {
  /** False: the span turns out not to be what the scan took it for. */
  decode(from: number, to: number, bytes: number, target: Buffer, at: number): boolean
}

/** The records of a request whose parts a scan has found in its body. */
export class SpanPutSource implements PutSource {
  readonly streamName: string | undefined
  readonly streamArn: string | undefined
  readonly dryRun: boolean
  readonly sequenceNumberForOrdering: string | undefined
  readonly recordCount: number

  constructor(
    private readonly body: Buffer,
    fields: PutFields,
    private readonly spans: Int32Array,
    private readonly data: DataSpans,
  ) {
    this.streamName = fields.streamName
    this.streamArn = fields.streamArn
    this.dryRun = fields.dryRun
    this.sequenceNumberForOrdering = fields.sequenceNumberForOrdering
    this.recordCount = spans.length / spansPerRecord
  }

  dataLength(record: number): number {
    return this.spans[record * spansPerRecord + dataBytes]
  }

  keyLength(record: number): number {
    const at = record * spansPerRecord
    return this.spans[at + keyFrom] < 0 ? -1 : this.spans[at + keyTo] - this.spans[at + keyFrom]
  }

  explicitHashKey(record: number): string | undefined {
    const at = record * spansPerRecord
    if (this.spans[at + hashFrom] < 0) return undefined
    return withSlices(this.body).latin1Slice(this.spans[at + hashFrom], this.spans[at + hashTo])
  }

  writeKey(record: number, target: Buffer, at: number): void {
    const { body, spans } = this
    const to = spans[record * spansPerRecord + keyTo]
    for (let from = spans[record * spansPerRecord + keyFrom], next = at; from < to; from++, next++) target[next] = body[from]
  }

  writeData(record: number, target: Buffer, at: number): boolean {
    const { spans } = this
    const span = record * spansPerRecord
    return this.data.decode(spans[span + dataFrom], spans[span + dataTo], spans[span + dataBytes], target, at)
  }
}
