/** Where to begin; a time means the first record that arrived at or after it. */
export type ReadFrom =
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'timestamp'; readonly arrivalMs: number }

/** Consecutive records with one arrival time, in the clear, as a record block (`model/record-block.ts`). */
export interface LogBatchView {
  /** Offset of the first record of `records`. */
  readonly baseOffset: number
  readonly recordCount: number
  readonly arrivalMs: number
  readonly records: Uint8Array
  /** The records were stored encrypted. */
  readonly encrypted: boolean
}

/** What a reader gets of a shard; without records where there is none from his position on. */
export interface ShardPage {
  readonly kind: 'page'
  readonly batches: readonly LogBatchView[]
  /** Where the next page begins. */
  readonly nextOffset: number
  /** Arrival of the last record before `nextOffset`; 0 where there was none. */
  readonly lastArrivalMs: number
  /** 0 at the end of the shard. */
  readonly millisBehindLatest: number
  /** Sealed, and the page ends where the shard ends. */
  readonly atEnd: boolean
}
