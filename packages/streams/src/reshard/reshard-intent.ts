import type { ShardIndex } from '@millrace/model'
import type { LineageShard } from './lineage.js'

/** One split or one merge. */
export type ReshardStep = SplitStep | MergeStep

export interface SplitStep {
  readonly kind: 'split'
  readonly shard: ShardIndex
  /** Decimal. The first key of the second child. */
  readonly newStartingHashKey: string
}

export interface MergeStep {
  readonly kind: 'merge'
  /** The one with the lower keys. */
  readonly shard: ShardIndex
  readonly adjacentShard: ShardIndex
}

/**
 * What one transaction does to a stream's shards, decided before any of it happens and stored first, so that a crash at any point
 * resumes from it. A JSON value. The parents take writes until the clock reaches the children's second; each parent is sealed once.
 */
export interface ReshardIntent {
  readonly parents: readonly ShardIndex[]
  /** The parents': the second before the children's. */
  readonly closedSecond: number
  /** Numbered on from the stream's next shard. All have one creation second. */
  readonly children: readonly LineageShard[]
}

/** As of when an intent is made, and the number that no shard of the stream has had yet. */
export interface IntentOrigin {
  readonly nowMs: number
  readonly nextShard: ShardIndex
}

/**
 * The intent of steps that touch different shards, all of them open. The children's second lies after now and after every parent's
 * own: sequence numbers begin with it, so all of a child's lie after all of its parents'.
 */
export function reshardIntent(
  steps: readonly ReshardStep[],
  shards: readonly LineageShard[],
  origin: IntentOrigin,
): ReshardIntent {
  const byIndex = new Map(shards.map((shard) => [shard.index, shard]))
  const taken = new Set<ShardIndex>()
  const take = (index: ShardIndex): LineageShard => {
    const shard = byIndex.get(index)
    if (!shard || shard.closedSecond !== undefined || taken.has(index)) throw new Error(`shard ${index} cannot be a parent`)
    taken.add(index)
    return shard
  }
  const families = steps.map((step) => familyOf(step, take))
  const parents = families.flatMap((family) => family.parents)
  const closedSecond = parents.reduce(
    (second, { creationSecond }) => Math.max(second, creationSecond),
    Math.floor(origin.nowMs / 1000),
  )
  const children = families
    .flatMap((family) => family.children)
    .map((child, i) => ({ index: origin.nextShard + i, ...child, creationSecond: closedSecond + 1 }))
  return { parents: parents.map(({ index }) => index), closedSecond, children }
}

/**
 * The intent as it is carried out, now that its parents are sealed. `lastArrivalMs`: of the last record in any of them, which lies
 * within the seconds of the intent, unless a clock was set or the seals came late: then children begin behind it, so that whatever
 * a child holds arrived after all that its parents hold. What is sealed stays as it is, so a crash does not change the outcome.
 */
export function sealedIntent(intent: ReshardIntent, lastArrivalMs: number): ReshardIntent {
  const closedSecond = Math.max(intent.closedSecond, Math.floor(lastArrivalMs / 1000))
  if (closedSecond === intent.closedSecond) return intent
  return { ...intent, closedSecond, children: intent.children.map((child) => ({ ...child, creationSecond: closedSecond + 1 })) }
}

/** The stream's shards, by index, when the intent has been carried out. */
export function applyReshard(
  shards: readonly LineageShard[],
  { parents, closedSecond, children }: ReshardIntent,
): LineageShard[] {
  const closing = new Set(parents)
  const closed = shards.map((shard) => (closing.delete(shard.index) ? close(shard, closedSecond) : shard))
  if (closing.size > 0) throw new Error(`no shards to close: ${[...closing].join(', ')}`)
  return [...closed, ...children]
}

function close(shard: LineageShard, closedSecond: number): LineageShard {
  if (shard.closedSecond !== undefined) throw new Error(`shard ${shard.index} is closed already`)
  return { ...shard, closedSecond }
}

interface Family {
  readonly parents: readonly LineageShard[]
  readonly children: readonly Omit<LineageShard, 'index' | 'creationSecond'>[]
}

function familyOf(step: ReshardStep, take: (index: ShardIndex) => LineageShard): Family {
  const first = take(step.shard)
  const { startingHashKey, endingHashKey } = first
  if (step.kind === 'split') {
    const middle = step.newStartingHashKey
    return {
      parents: [first],
      children: [
        { startingHashKey, endingHashKey: String(BigInt(middle) - 1n), parent: first.index },
        { startingHashKey: middle, endingHashKey, parent: first.index },
      ],
    }
  }
  const second = take(step.adjacentShard)
  return {
    parents: [first, second],
    children: [{ startingHashKey, endingHashKey: second.endingHashKey, parent: first.index, adjacentParent: second.index }],
  }
}
