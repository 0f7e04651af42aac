import type { RetentionClass } from '@millrace/log-store'
import type { ShardKey, StreamId } from '@millrace/model'
import type { ShardSummary } from '../segment/segment-index.js'

/** What the keeper and a lane say to each other. Plain values: they cross a `MessagePort`. */

export type LaneMessage =
  | { readonly kind: 'attach' }
  | NumberedRequest
  | { readonly kind: 'shardsTrimmed'; readonly trims: readonly ShardTrim[] }
  | { readonly kind: 'streamDeleted'; readonly streamId: StreamId }
  /** The segment was not made, or holds nothing that anybody was told of. */
  | { readonly kind: 'segmentAbandoned'; readonly segmentId: number }
  /** The lane reads none of the removed segments any more. */
  | { readonly kind: 'segmentsReleased'; readonly exchange: number }

export type NumberedRequest = { readonly request: number } & LaneRequest

/** Each is answered by a `reply` with the same number. */
export type LaneRequest =
  | { readonly kind: 'openShard'; readonly shard: ShardKey }
  | { readonly kind: 'allotSegment'; readonly retention: RetentionClass }
  | { readonly kind: 'segmentRolled'; readonly segment: RolledSegment }
  | { readonly kind: 'detach' }

export interface Replies {
  openShard: KeptShard
  allotSegment: SegmentAllotment
  segmentRolled: null
  detach: null
}

export type KeeperMessage =
  | { readonly kind: 'attached'; readonly settings: LaneSettings; readonly streams: readonly StreamId[] }
  | { readonly kind: 'reply'; readonly request: number; readonly value: Replies[keyof Replies] }
  | { readonly kind: 'streamDeleted'; readonly streamId: StreamId }
  /** Whether free space is under the reserve. Sent with every look at the disk. */
  | { readonly kind: 'space'; readonly isLow: boolean }
  /** `removed` go as soon as every lane has answered with `segmentsReleased`; what lives of them is in `added`. */
  | {
      readonly kind: 'segmentsExchanged'
      readonly exchange: number
      readonly removed: readonly number[]
      readonly added: readonly RolledSegment[]
    }

/** What a lane has to know of the log; set once, where the keeper is opened. */
export interface LaneSettings {
  readonly logId: string
  readonly segmentBytes: number
  readonly segmentAgeMs: number
  readonly queueBytesMax: number
  readonly footerCacheBytes: number
  readonly filesOpenMax: number
  readonly returnStepBytes: number
  readonly spaceIsLow: boolean
}

export interface ShardTrim {
  readonly shard: ShardKey
  readonly beforeMs: number
}

export interface RolledSegment {
  readonly segmentId: number
  readonly retention: RetentionClass
  readonly fileBytes: number
  /** `format/directory.ts` */
  readonly directory: Uint8Array
}

export interface SegmentAllotment {
  readonly segmentId: number
  /** For the checksums of its batches. */
  readonly seed: number
  /** Name of a file to be renamed (`keeper/spares.ts`): its blocks are on the disk already, so that a commit has no metadata to write. */
  readonly spare: string | undefined
}

/** A shard as the keeper knows it: what rolled segments hold of it, in offset order. */
export interface KeptShard {
  readonly nextOffset: number
  readonly lastArrivalMs: number
  readonly trimBeforeMs: number
  readonly sealed: boolean
  readonly deleted: boolean
  readonly segments: readonly KeptShardSegment[]
}

export interface KeptShardSegment {
  readonly segmentId: number
  readonly summary: ShardSummary
}
