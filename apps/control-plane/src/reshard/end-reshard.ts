import type { ReshardProgress, StreamMetadata } from '@millrace/metadata'
import { applyReshard, reshardIntent, sealedIntent, type UniformScaling, uniformScalingRound } from '@millrace/streams'
import { nextStatus } from '../stream/stream-status.js'

/** What is known when all parents of an intent are sealed. */
export interface SealedParents {
  /** Of the last record in any of them; 0 where they never had one. */
  readonly lastArrivalMs: number
  readonly nowMs: number
}

/** The stream with the intent carried out: parents closed, children open; ACTIVE, or with the intent of the scaling's next round. */
export function endReshard(before: StreamMetadata, progress: ReshardProgress, sealed: SealedParents): StreamMetadata {
  const intent = sealedIntent(progress.intent, sealed.lastArrivalMs)
  const shards = applyReshard(before.shards, intent)
  const nextShard = before.nextShard + intent.children.length
  const after = { ...before, shards, nextShard, reshard: undefined, statusUntilMs: undefined }
  const { scaling } = progress
  const next = scaling && nextRound(after, scaling, sealed.nowMs)
  return next ? { ...after, reshard: next } : { ...after, settingsBefore: undefined, status: ended(before) }
}

function nextRound({ shards, nextShard }: StreamMetadata, scaling: UniformScaling, nowMs: number): ReshardProgress | undefined {
  const steps = uniformScalingRound(shards, scaling)
  return steps.length === 0 ? undefined : { intent: reshardIntent(steps, shards, { nowMs, nextShard }), scaling }
}

function ended({ status }: StreamMetadata): 'ACTIVE' {
  const next = nextStatus(status, 'elapsed')
  if (next !== 'ACTIVE') throw new Error(`a reshard of a stream that is ${status} cannot end`)
  return next
}
