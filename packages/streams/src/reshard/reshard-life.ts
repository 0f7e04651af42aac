/**
 * How one intent is carried out; a uniform scaling has such a life for each of its rounds. What is stored by then:
 *
 * - `waiting`: the intent, beside the stream that is UPDATING. Parents take writes until the clock reaches the children's second.
 * - `sealing`: as before. Parents are being sealed in the log; a seal is durable and repeating it changes nothing.
 * - `committing`: as before, and every parent is sealed. One transaction closes the parents, opens the children, drops the intent.
 * - `publishing`: the change. The map goes to the nodes; puts that met a sealed parent wait for it.
 * - `done`: the stream is ACTIVE, or its next intent is stored.
 * - `abandoned`: the stream is being deleted; its shards are trimmed whole, sealed or not.
 */
export type ReshardState = 'waiting' | 'sealing' | 'committing' | 'publishing' | 'done' | 'abandoned'

/**
 * - `due`: the clock has reached the children's second.
 * - `sealed`: all parents are.
 * - `committed`: the transaction is stored.
 * - `confirmed`: every live node holds the map.
 * - `deleted`: DeleteStream was stored.
 * - `intentFound`, `changeFound`: what was read from the database where nobody knows what is stored, that is after a restart or a
 *   transaction whose outcome was lost: the intent still, or the change already.
 */
export type ReshardEvent = 'due' | 'sealed' | 'committed' | 'confirmed' | 'deleted' | 'intentFound' | 'changeFound'

const transitions: Readonly<Record<ReshardState, Partial<Readonly<Record<ReshardEvent, ReshardState>>>>> = {
  waiting: { due: 'sealing', intentFound: 'waiting', deleted: 'abandoned' },
  sealing: { sealed: 'committing', intentFound: 'waiting', deleted: 'abandoned' },
  committing: { committed: 'publishing', intentFound: 'waiting', changeFound: 'publishing', deleted: 'abandoned' },
  publishing: { confirmed: 'done', changeFound: 'publishing', deleted: 'abandoned' },
  done: {},
  abandoned: {},
}

/** Undefined where the state does not take the event. */
export function nextReshardState(state: ReshardState, event: ReshardEvent): ReshardState | undefined {
  return transitions[state][event]
}
