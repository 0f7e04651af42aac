import type { StreamMetadata } from '@millrace/metadata'
import { type ReshardStep, reshardIntent, type UniformScaling } from '@millrace/streams'
import { nextStatus } from '../stream/stream-status.js'

export interface ReshardRequest {
  readonly steps: readonly ReshardStep[]
  readonly scaling: UniformScaling | undefined
}

/** When it is asked for, and how long the stream is UPDATING at the least. */
export interface ReshardTiming {
  readonly nowMs: number
  readonly stateDelayMs: number
}

/**
 * The stream with the intent of a reshard: UPDATING, its shards as before. Parents go on for as long as states last, so the second
 * in which children begin lies after that. Where there is nothing to do (a scaling to what is there), the state ends by time.
 */
export function beginReshard(before: StreamMetadata, { steps, scaling }: ReshardRequest, timing: ReshardTiming): StreamMetadata {
  const untilMs = timing.nowMs + timing.stateDelayMs
  const status = nextStatus(before.status, 'update')
  if (status !== 'UPDATING') throw new Error(`a stream that is ${before.status} cannot be resharded`)
  if (steps.length === 0) return { ...before, status, statusUntilMs: untilMs }
  const intent = reshardIntent(steps, before.shards, { nowMs: untilMs, nextShard: before.nextShard })
  return { ...before, status, statusUntilMs: undefined, reshard: { intent, scaling } }
}
