import type { ShardIndex, ShardKey, StreamId } from '@millrace/model'
import type { DataPlane, LaneAddress, SealReply } from '@millrace/streams'
import type { ShardPlacement } from '../cluster-state/shard-placement.js'

export type SealedOutcome =
  | { readonly kind: 'sealed' /** Of the last record in any of them. */; readonly lastArrivalMs: number }
  /** Some may be. */
  | { readonly kind: 'failed'; readonly reason: string }

interface Lanes {
  readonly dataPlane: DataPlane
  readonly placement: ShardPlacement
}

/** In one call, so that sealing thousands of shards does not hold a lane's loop. */
const shardsPerCall = 250

/** Seals shards of a stream at all lanes that own some. */
export async function sealParents(
  streamId: StreamId,
  parents: readonly ShardIndex[],
  { dataPlane, placement }: Lanes,
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
    const sealed = [...byOwner.values()].map(({ owner, keys }) => sealAt(owner, keys, dataPlane))
    return combined((await Promise.all(sealed)).flat())
  } catch (error) {
    return { kind: 'failed', reason: String(error) }
  }
}

async function sealAt(owner: LaneAddress, keys: readonly ShardKey[], dataPlane: DataPlane): Promise<SealReply[]> {
  const replies: SealReply[] = []
  for (let at = 0; at < keys.length; at += shardsPerCall) {
    replies.push(...(await dataPlane.seal(owner, keys.slice(at, at + shardsPerCall))))
  }
  return replies
}

function combined(replies: readonly SealReply[]): SealedOutcome {
  let lastArrivalMs = 0
  for (const reply of replies) {
    if (reply.kind === 'notOwner') return { kind: 'failed', reason: 'a lane does not own a shard that it should' }
    if (reply.kind === 'Unavailable') return { kind: 'failed', reason: reply.reason }
    lastArrivalMs = Math.max(lastArrivalMs, reply.lastArrivalMs)
  }
  return { kind: 'sealed', lastArrivalMs }
}
