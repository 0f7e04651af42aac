import type { ShardIndex, ShardKey, StreamId } from '@millrace/model'
import type { DataPlane, LaneAddress } from '@millrace/streams'
import type { ShardPlacement } from '../cluster-state/shard-placement.js'

export type SealedOutcome =
  | { readonly kind: 'sealed' /** Of the last record in any of them. */; readonly lastArrivalMs: number }
  /** Some may be. */
  | { readonly kind: 'failed'; readonly reason: string }

/** Seals shards of a stream at all lanes that own some, one call for each lane. */
export async function sealParents(
  streamId: StreamId,
  parents: readonly ShardIndex[],
  { dataPlane, placement }: { readonly dataPlane: DataPlane; readonly placement: ShardPlacement },
): Promise<SealedOutcome> {
  const byOwner = new Map<string, { owner: LaneAddress; keys: ShardKey[] }>()
  for (const shard of parents) {
    const owner = placement(streamId, shard)
    const text = `${owner.node}/${owner.lane}`
    const group = byOwner.get(text) ?? { owner, keys: [] }
    byOwner.set(text, group)
    group.keys.push({ streamId, shard })
  }
  try {
    const replies = await Promise.all([...byOwner.values()].map(({ owner, keys }) => dataPlane.seal(owner, keys)))
    return combined(replies.flat())
  } catch (error) {
    return { kind: 'failed', reason: String(error) }
  }
}

function combined(replies: Awaited<ReturnType<DataPlane['seal']>>): SealedOutcome {
  let lastArrivalMs = 0
  for (const reply of replies) {
    if (reply.kind === 'notOwner') return { kind: 'failed', reason: 'a lane does not own a shard that it should' }
    if (reply.kind === 'Unavailable') return { kind: 'failed', reason: reply.reason }
    lastArrivalMs = Math.max(lastArrivalMs, reply.lastArrivalMs)
  }
  return { kind: 'sealed', lastArrivalMs }
}
