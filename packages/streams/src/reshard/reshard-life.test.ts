import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextReshardState, type ReshardEvent, type ReshardState } from './reshard-life.js'

const events = [
  'due',
  'sealed',
  'committed',
  'confirmed',
  'deleted',
  'intentFound',
  'changeFound',
] as const satisfies ReshardEvent[]

/** By state, what each of `events` leads to. */
const expected: Readonly<Record<ReshardState, readonly (ReshardState | undefined)[]>> = {
  waiting: ['sealing', undefined, undefined, undefined, 'abandoned', 'waiting', undefined],
  sealing: [undefined, 'committing', undefined, undefined, 'abandoned', 'waiting', undefined],
  committing: [undefined, undefined, 'publishing', undefined, 'abandoned', 'waiting', 'publishing'],
  publishing: [undefined, undefined, undefined, 'done', 'abandoned', undefined, 'publishing'],
  done: [undefined, undefined, undefined, undefined, undefined, undefined, undefined],
  abandoned: [undefined, undefined, undefined, undefined, undefined, undefined, undefined],
}
const states = Object.keys(expected) as ReshardState[]

test('every state answers every event as the table says', () => {
  for (const state of states) {
    for (const [i, event] of events.entries()) {
      assert.equal(nextReshardState(state, event), expected[state][i], `${state}, ${event}`)
    }
  }
})

test('no reshard commits before its second has come and its parents are sealed, from wherever it was resumed', () => {
  const reached: ReshardState[] = ['waiting']
  for (const state of reached) {
    for (const event of events.filter((each) => each !== 'sealed')) {
      const next = nextReshardState(state, event)
      if (next && !reached.includes(next)) reached.push(next)
    }
  }
  assert.deepEqual(reached.sort(), ['abandoned', 'sealing', 'waiting'])
  assert.deepEqual(
    states.filter((state) => nextReshardState(state, 'sealed')),
    ['sealing'],
  )
  assert.deepEqual(
    states.filter((state) => nextReshardState(state, 'due')),
    ['waiting'],
  )
})

test('what is stored decides where a reshard goes on, and what is committed is never taken back', () => {
  for (const state of states) {
    assert.ok([undefined, 'waiting'].includes(nextReshardState(state, 'intentFound')))
    assert.ok([undefined, 'publishing'].includes(nextReshardState(state, 'changeFound')))
  }
  assert.equal(nextReshardState('publishing', 'intentFound'), undefined)
})

test('a reshard that is not over ends by deletion of its stream', () => {
  for (const state of states.filter((each) => each !== 'done' && each !== 'abandoned')) {
    assert.equal(nextReshardState(state, 'deleted'), 'abandoned')
  }
})
