import type { AccountId, Region, StreamName } from '@millrace/model'
import { evenHashRanges } from '../hash-key/hash-range.js'
import type { LineageShard } from './lineage.js'
import { applyReshard, type ReshardStep, reshardIntent, sealedIntent } from './reshard-intent.js'
import type { ReshardStream } from './reshard-stream.js'
import { planUniformScaling } from './scaling-plan.js'
import type { ShardQuota } from './shard-quota.js'
import { uniformScalingRound } from './uniform-scaling.js'

const account = '000000000000' as AccountId
export const createdSecond = 1_700_000_000
export const quota: ShardQuota = { account, region: 'us-east-1' as Region, current: 0, limit: 100_000 }

export function newShards(count: number): LineageShard[] {
  return evenHashRanges(count).map(({ start, end }, index) => ({
    index,
    startingHashKey: String(start),
    endingHashKey: String(end),
    creationSecond: createdSecond,
  }))
}

export function streamOf(shards: readonly LineageShard[], given: Partial<ReshardStream> = {}): ReshardStream {
  return { name: 'orders' as StreamName, account, status: 'ACTIVE', mode: 'PROVISIONED', shards, ...given }
}

/** The shards after one transaction. `lastArrivalMs`: of the parents. */
export function reshard(
  shards: readonly LineageShard[],
  steps: readonly ReshardStep[],
  nowMs: number,
  lastArrivalMs = 0,
): LineageShard[] {
  return applyReshard(shards, sealedIntent(reshardIntent(steps, shards, { nowMs, nextShard: shards.length }), lastArrivalMs))
}

const roundsMax = 64

/** The shards after each round of a scaling, each from what is stored; time stands still meanwhile. `max`: steps of a round. */
export function scale(shards: readonly LineageShard[], target: number, nowMs: number, max = Infinity): LineageShard[][] {
  const stored = JSON.stringify(planUniformScaling(shards, target))
  const rounds: LineageShard[][] = []
  for (let now = shards; rounds.length < roundsMax; now = rounds[rounds.length - 1]) {
    const steps = uniformScalingRound(now, JSON.parse(stored), { max })
    if (steps.length === 0) return rounds
    rounds.push(reshard(now, steps, nowMs))
  }
  throw new Error(`a scaling to ${target} shards does not end`)
}
