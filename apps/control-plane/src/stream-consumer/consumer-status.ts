import type { ConsumerStatus } from '@millrace/streams'
import type { LifeCycle } from '../stream/life-cycle.js'

/** `elapsed`: the time that the state lasts is over. */
export type ConsumerEvent = 'elapsed' | 'deregister'

const transitions: LifeCycle<ConsumerStatus, ConsumerEvent> = {
  CREATING: { elapsed: 'ACTIVE', deregister: 'DELETING' },
  ACTIVE: { deregister: 'DELETING' },
  DELETING: { elapsed: 'gone', deregister: 'DELETING' },
}

/** Undefined where the state does not take the event. */
export function nextConsumerStatus(status: ConsumerStatus, event: ConsumerEvent): ConsumerStatus | 'gone' | undefined {
  return transitions[status][event]
}
