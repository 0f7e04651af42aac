import type { AppendBatch } from '@millrace/log-store'
import type { BatchKind } from '../format/batch-header.js'
import type { Shard } from './shard.js'

/** A batch on its way to the disk. */
export interface Entry {
  readonly kind: BatchKind
  readonly shard: Shard
  readonly baseOffset: number
  readonly recordCount: number
  readonly arrivalMs: number
  readonly payload: Buffer
  readonly encryption: AppendBatch['encryption']
  /** Where its header begins; set when it is written. */
  position: number
  readonly settle: (settled: Settled) => void
}

export type Settled =
  | { readonly kind: 'committed' }
  | { readonly kind: 'failed'; readonly outcome: 'none' | 'unknown'; readonly reason: string }

const nothing = Buffer.alloc(0)

/** Says how far a shard's offsets have come, where the batches that had them were lost. */
export function advanceOf(shard: Shard): Entry {
  return entryWithoutRecords('advance', shard, () => {})
}

export function sealOf(shard: Shard, settle: Entry['settle']): Entry {
  return entryWithoutRecords('seal', shard, settle)
}

function entryWithoutRecords(kind: BatchKind, shard: Shard, settle: Entry['settle']): Entry {
  const { nextOffset: baseOffset, lastArrivalMs: arrivalMs } = shard
  return { kind, shard, baseOffset, recordCount: 0, arrivalMs, payload: nothing, encryption: undefined, position: 0, settle }
}
