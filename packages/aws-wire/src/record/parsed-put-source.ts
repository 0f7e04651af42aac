import type { PutRecordInput, PutRecordsInput, PutRecordsRequestEntry } from '@millrace/aws-models'
import type { PutSource } from './put-records.js'

/** The records of a request that the model's interpreter parsed and found valid. */
class ParsedPutSource implements PutSource {
  private readonly keys: readonly (Buffer | undefined)[]

  constructor(
    private readonly input: Partial<PutRecordInput & PutRecordsInput>,
    private readonly records: readonly PutRecordsRequestEntry[],
  ) {
    this.keys = records.map(({ PartitionKey }) => (PartitionKey === undefined ? undefined : Buffer.from(PartitionKey)))
  }

  get streamName(): string | undefined {
    return this.input.StreamName
  }

  get streamArn(): string | undefined {
    return this.input.StreamARN
  }

  get dryRun(): boolean {
    return this.input.DryRun === true
  }

  get sequenceNumberForOrdering(): string | undefined {
    return this.input.SequenceNumberForOrdering
  }

  get recordCount(): number {
    return this.records.length
  }

  dataLength(record: number): number {
    return this.record(record).Data.length
  }

  keyLength(record: number): number {
    return this.keys[record]?.length ?? -1
  }

  explicitHashKey(record: number): string | undefined {
    return this.record(record).ExplicitHashKey
  }

  writeKey(record: number, target: Buffer, at: number): void {
    this.keys[record]?.copy(target, at)
  }

  writeData(record: number, target: Buffer, at: number): boolean {
    target.set(this.record(record).Data, at)
    return true
  }

  private record(record: number): PutRecordsRequestEntry {
    return this.records[record] as PutRecordsRequestEntry
  }
}

/** A parsed PutRecord or PutRecords input as the records in it. */
export function putSourceOf(input: unknown): PutSource {
  const fields = input as Partial<PutRecordInput & PutRecordsInput>
  return new ParsedPutSource(fields, fields.Records ?? [input as PutRecordInput])
}
