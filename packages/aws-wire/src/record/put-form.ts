/** How the answers to PutRecord and PutRecords are written in one encoding. */
export interface PutForm {
  /** All before the first entry of PutRecords' answer. */
  open(recordCount: number, failedCount: number): Buffer
  /** Bytes at the end of every entry that belong between two entries. */
  readonly separatorBytes: number
  /** All after the last entry. */
  close(encrypted: boolean): Buffer
  /** The entry of a stored record. */
  stored(shardId: string): Template
  /** The entry of a record that was not stored. */
  failed(error: { readonly code: string; readonly message: string }): Buffer
  /** PutRecord's whole answer. */
  single(shardId: string, encrypted: boolean): Template
}

/** Bytes with room for the 56 digits of a sequence number. */
export interface Template {
  readonly bytes: Buffer
  readonly digitsAt: number
}
