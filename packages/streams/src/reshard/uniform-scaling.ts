import { compareHashKeys } from '../hash-key/hash-key.js'
import { type LineageShard, openShards } from './lineage.js'
import type { MergeStep, ReshardStep } from './reshard-intent.js'
import type { UniformScaling } from './scaling-plan.js'

/**
 * UpdateShardCount goes in rounds: what can be split or merged at the same time is one transaction. Two rounds are enough for a
 * stream of some hundred shards whose ranges are even. A round follows from the open shards and the plan alone, so whoever resumes after a crash needs
 * nothing else.
 *
 * Shards are numbered round by round, and not along the hash keys as by AWS, which takes one step after the other over minutes: a
 * reader that asks for the shards after the last one that it knows must never miss one that comes later with a lower number.
 */

/** Puts to the parents of a round wait until all of them are sealed and their children open, so a round has an end. */
const stepsMax = 500

/** The steps of the next round, in the order of hash keys; none when the scaling is done. How rounds are cut changes no outcome. */
export function uniformScalingRound(
  shards: readonly LineageShard[],
  plan: UniformScaling,
  { max = stepsMax }: { readonly max?: number } = {},
): ReshardStep[] {
  const pieces = piecesOf(openShards(shards), plan.startingHashKeys)
  const steps: ReshardStep[] = []
  for (let i = 0; i < pieces.length && steps.length < max; i++) {
    const { shard, cuts } = pieces[i]
    if (cuts.length > 0) {
      steps.push({ kind: 'split', shard: shard.index, newStartingHashKey: cuts[cuts.length >> 1] })
    } else if (i + 1 < pieces.length && pieces[i + 1].joinsPrevious && pieces[i + 1].cuts.length === 0) {
      steps.push(merge(shard, pieces[++i].shard))
    }
  }
  return steps
}

function merge(lower: LineageShard, upper: LineageShard): MergeStep {
  return { kind: 'merge', shard: lower.index, adjacentShard: upper.index }
}

/** An open shard on its way into the shards of the target. */
interface Piece {
  readonly shard: LineageShard
  /** Starts of target shards inside it, after its own first key, rising. */
  readonly cuts: readonly string[]
  /** Begins inside a target shard, so it is to be merged with the one before. */
  readonly joinsPrevious: boolean
}

function piecesOf(open: readonly LineageShard[], starts: readonly string[]): Piece[] {
  let next = 0
  return open.map((shard) => {
    const joinsPrevious = starts[next] !== shard.startingHashKey
    if (!joinsPrevious) next++
    const first = next
    while (next < starts.length && compareHashKeys(starts[next], shard.endingHashKey) <= 0) next++
    return { shard, cuts: starts.slice(first, next), joinsPrevious }
  })
}
