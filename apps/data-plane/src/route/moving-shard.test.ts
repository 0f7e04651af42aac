import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallContext } from '@millrace/aws-wire'
import { type DomainError, err, ok, type Result } from '@millrace/model'
import { ShardMap } from '@millrace/streams'
import { followingMap, noOwner } from './moving-shard.js'

const context = {} as CallContext

/** Answers one after the other; the last one for ever. */
function handler(...answers: readonly Result<string, DomainError>[]) {
  let asked = 0
  const handle = async () => answers[Math.min(asked++, answers.length - 1)]
  return { handle, asked: () => asked }
}

test('who meets a shard without an owner asks again as soon as the map has changed', async () => {
  const map = new ShardMap()
  const gone = err<DomainError>({ kind: 'InvalidArgument', message: 'gone' })
  const { handle, asked } = handler(err(noOwner), gone)
  const answer = followingMap(map, handle)(context, {})
  map.apply({ revision: 1, complete: true, streams: [], removedStreams: [] })
  assert.deepEqual([await answer, asked()], [gone, 2])
})

test('where this map is the newer one, the owner is asked again until he has it', async () => {
  const { handle } = handler(err(noOwner), err(noOwner), ok('served'))
  assert.deepEqual(await followingMap(new ShardMap(), handle)(context, {}), ok('served'))
})

test('a shard that stays without an owner is unavailable in the end', async () => {
  const { handle, asked } = handler(err(noOwner))
  assert.deepEqual(await followingMap(new ShardMap(), handle)(context, {}), err(noOwner))
  assert.ok(asked() > 1)
})

test('any other error is the answer at once', async () => {
  const elsewhere = err<DomainError>({ kind: 'Unavailable', outcome: 'none', reason: 'the disk is full' })
  const { handle, asked } = handler(elsewhere)
  assert.deepEqual([await followingMap(new ShardMap(), handle)(context, {}), asked()], [elsewhere, 1])
})
