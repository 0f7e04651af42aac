import type { StreamMetadata } from '@millrace/metadata'
import { type Clock, type DomainError, ok, type Result } from '@millrace/model'
import { type DataPlane, nextReshardState, type ReshardEvent, type ReshardState } from '@millrace/streams'
import type { ShardPlacement } from '../cluster-state/shard-placement.js'
import type { ReshardingStream } from '../stream/stream-directory.js'
import type { StreamWriter } from '../stream/stream-writer.js'
import { endReshard } from './end-reshard.js'
import { sealParents } from './seal-parents.js'

export interface ReshardParts {
  readonly writer: StreamWriter
  readonly dataPlane: DataPlane
  readonly placement: ShardPlacement
  readonly clock: Clock
}

export type ReshardOutcome =
  /** The stream is ACTIVE, has its next intent, or is deleted. */
  | { readonly kind: 'over' }
  /** In which state it failed. What is stored says where to go on: all before the commit can be repeated. */
  | { readonly kind: 'failed'; readonly state: ReshardState; readonly reason: string }

/** Carries out the intent of a stream from its beginning, of which some may have been done before: by this process or one before it. */
export async function carryOut({ id, reshard }: ReshardingStream, parts: ReshardParts): Promise<ReshardOutcome> {
  const life = new Life()
  const stored = await verify({ id, reshard }, parts)
  if (!stored.ok) return { kind: 'failed', state: life.state, reason: reasonOf(stored.error) }
  if (stored.value !== 'intentFound') return { kind: 'over' }
  life.take('due')
  const sealed = await sealParents(id, reshard.intent.parents, parts)
  if (sealed.kind === 'failed') return { kind: 'failed', state: life.state, reason: sealed.reason }
  life.take('sealed')
  const committed = await commit({ id, reshard }, sealed.lastArrivalMs, parts)
  if (!committed.ok) return { kind: 'failed', state: life.state, reason: reasonOf(committed.error) }
  life.take(committed.value)
  // The writer resolves when the nodes hold what it stored.
  if (life.state === 'publishing') life.take('confirmed')
  return { kind: 'over' }
}

class Life {
  state: ReshardState = 'waiting'

  take(event: ReshardEvent): void {
    const next = nextReshardState(this.state, event)
    if (!next) throw new Error(`a reshard that is ${this.state} cannot take ${event}`)
    this.state = next
  }
}

/**
 * Nothing is sealed for an intent that is not stored any more, nor while the database is away: sealed parents take no records, and
 * without it there are no children to take them.
 */
function verify({ id, reshard }: Intended, { writer }: ReshardParts): Promise<Result<ReshardEvent, DomainError>> {
  return writer.verify((directory) => whatIsStored(directory.byStreamId(id), reshard))
}

/** Stores the change, where the intent is still what is stored; else says what is. */
function commit(
  { id, reshard }: Intended,
  lastArrivalMs: number,
  { writer, clock }: ReshardParts,
): Promise<Result<ReshardEvent, DomainError>> {
  return writer.change<ReshardEvent>((directory) => {
    const before = directory.byStreamId(id)
    const found = whatIsStored(before, reshard)
    if (found !== 'intentFound' || !before) return ok({ changes: [], answer: found })
    const after = endReshard(before, reshard, { lastArrivalMs, nowMs: clock.nowMs() })
    return ok({ changes: [{ kind: 'changed', before, after }], answer: 'committed' })
  })
}

type Intended = Pick<ReshardingStream, 'id' | 'reshard'>

/** An intent is known by its first child: no other one of the stream has that number. */
function whatIsStored(stream: StreamMetadata | undefined, { intent }: ReshardingStream['reshard']): ReshardEvent {
  if (!stream || stream.status === 'DELETING') return 'deleted'
  return stream.reshard?.intent.children[0].index === intent.children[0].index ? 'intentFound' : 'changeFound'
}

function reasonOf(error: DomainError): string {
  return error.kind === 'Unavailable' ? error.reason : error.kind
}
