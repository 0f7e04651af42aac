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
