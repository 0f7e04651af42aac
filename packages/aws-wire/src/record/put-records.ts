/**
 * The records of a PutRecord or PutRecords request, still in the request's body: lengths are known, bytes are decoded once,
 * straight to where the owner of the shard writes from. Three forms implement it: the JSON scan, the CBOR scan, and what the
 * model's interpreter parsed.
 */
export interface PutSource {
  readonly streamName: string | undefined
  readonly streamArn: string | undefined
  readonly dryRun: boolean
  /** PutRecord only. */
  readonly sequenceNumberForOrdering: string | undefined
  readonly recordCount: number
  /** Decoded bytes of the data. */
  dataLength(record: number): number
  /** Bytes of the partition key in UTF-8; −1 where there is none. */
  keyLength(record: number): number
  explicitHashKey(record: number): string | undefined
  writeKey(record: number, target: Buffer, at: number): void
  /** False: the bytes turn out not to be what the scan took them for (base64 that AWS refuses); the request goes to the interpreter. */
  writeData(record: number, target: Buffer, at: number): boolean
}

/** What became of each record, for the response writers: nothing is built per record. */
export interface PutResults {
  readonly recordCount: number
  readonly failedCount: number
  readonly encrypted: boolean
  /** Undefined: stored. */
  errorOf(record: number): { readonly code: string; readonly message: string } | undefined
  shardIdOf(record: number): string
  /** Writes the 56 decimal digits. */
  writeSequenceNumber(record: number, target: Buffer, at: number): void
}
