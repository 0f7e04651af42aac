import type { StreamStatus } from '@millrace/streams'
import type { LifeCycle } from './life-cycle.js'

/**
 * `elapsed`: the time that the state lasts is over. `update`: something begins that takes time (resharding, encryption). `delete`
 * is allowed in every state, as AWS allows it while CREATING.
 */
export type StreamEvent = 'elapsed' | 'update' | 'delete'

const transitions: LifeCycle<StreamStatus, StreamEvent> = {
  CREATING: { elapsed: 'ACTIVE', delete: 'DELETING' },
  ACTIVE: { update: 'UPDATING', delete: 'DELETING' },
  UPDATING: { elapsed: 'ACTIVE', delete: 'DELETING' },
  DELETING: { elapsed: 'gone', delete: 'DELETING' },
}

/** Undefined where the state does not take the event. */
export function nextStatus(status: StreamStatus, event: StreamEvent): StreamStatus | 'gone' | undefined {
  return transitions[status][event]
}
