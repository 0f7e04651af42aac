import type { ChannelStatus } from '@millrace/metadata'
import type { LifeCycle } from '../stream/life-cycle.js'

/** `elapsed`: the time that the state lasts is over. */
export type ChannelEvent = 'elapsed' | 'update' | 'delete'

/** Nothing delivers yet, so a channel that begins, or begins anew, fails; for AWS a channel that has failed cannot be updated. */
const transitions: LifeCycle<ChannelStatus, ChannelEvent> = {
  CREATING: { elapsed: 'FAILED', delete: 'DELETING' },
  ACTIVE: { update: 'UPDATING', delete: 'DELETING' },
  UPDATING: { elapsed: 'FAILED', delete: 'DELETING' },
  DELETING: { elapsed: 'gone', delete: 'DELETING' },
  FAILED: { update: 'UPDATING', delete: 'DELETING' },
}

/** Undefined where the state does not take the event. */
export function nextChannelStatus(status: ChannelStatus, event: ChannelEvent): ChannelStatus | 'gone' | undefined {
  return transitions[status][event]
}

export const noDelivery = 'This installation has no delivery service: no record of the stream is delivered by the channel.'
