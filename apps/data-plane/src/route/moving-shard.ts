import type { CallContext } from '@millrace/aws-wire'
import type { DomainError, Result } from '@millrace/model'
import type { ShardMap } from '@millrace/streams'

/** Nothing was done: the lane that the map names does not have the shard, or the map does not show it yet. */
export const noOwner: DomainError = { kind: 'Unavailable', outcome: 'none', reason: 'the shard has no owner now' }

/** All lanes have a change by then, or it is not for want of the map. */
const followMs = 2_000
/** So often the owner is asked again where this lane's map is the newer one. */
const askAgainMs = 50

type Handle<Output> = (context: CallContext, input: unknown) => Promise<Result<Output, DomainError>>

/**
 * A change of the map reaches one lane after the other. While it is on its way a shard may have no owner: its stream is being deleted,
 * or has just been made; and children that one lane has told of are not known to another. Whoever meets that asks again, and gets the
 * answer of before or after the change, not one of between.
 */
export function followingMap<Output>(map: ShardMap, handle: Handle<Output>): Handle<Output> {
  return async (context, input) => {
    const untilMs = performance.now() + followMs
    for (;;) {
      const { revision } = map
      const answer = await handle(context, input)
      if (answer.ok || answer.error !== noOwner || performance.now() >= untilMs) return answer
      await map.nextRevision(askAgainMs, revision)
    }
  }
}
