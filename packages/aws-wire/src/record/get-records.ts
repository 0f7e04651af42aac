/** What GetRecords answers with; records stay in their blocks (`model/record-block.ts`) until they are written to the response. */
export interface GetRecordsPage {
  readonly batches: readonly PageBatch[]
  readonly nextShardIterator: string | undefined
  readonly millisBehindLatest: number
  readonly childShards: readonly ChildShard[] | undefined
}

export interface PageBatch {
  readonly records: Buffer
  readonly recordCount: number
  readonly arrivalMs: number
  readonly encrypted: boolean
  /** Writes the 56 decimal digits of the record at this position in the batch. */
  writeSequenceNumber(position: number, target: Buffer, at: number): void
}

export interface ChildShard {
  readonly ShardId: string
  readonly ParentShards: readonly string[]
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string }
}
