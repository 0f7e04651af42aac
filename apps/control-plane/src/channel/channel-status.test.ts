import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChannelStatus } from '@millrace/metadata'
import { type ChannelEvent, nextChannelStatus } from './channel-status.js'

const expected: readonly (readonly [ChannelStatus, ChannelEvent, ChannelStatus | 'gone' | undefined])[] = [
  ['CREATING', 'elapsed', 'FAILED'],
  ['CREATING', 'update', undefined],
  ['CREATING', 'delete', 'DELETING'],
  ['ACTIVE', 'elapsed', undefined],
  ['ACTIVE', 'update', 'UPDATING'],
  ['ACTIVE', 'delete', 'DELETING'],
  ['UPDATING', 'elapsed', 'FAILED'],
  ['UPDATING', 'update', undefined],
  ['UPDATING', 'delete', 'DELETING'],
  ['DELETING', 'elapsed', 'gone'],
  ['DELETING', 'update', undefined],
  ['DELETING', 'delete', 'DELETING'],
  ['FAILED', 'elapsed', undefined],
  ['FAILED', 'update', 'UPDATING'],
  ['FAILED', 'delete', 'DELETING'],
]

test('every state of a channel answers every event as the table says', () => {
  for (const [status, event, next] of expected) assert.equal(nextChannelStatus(status, event), next, `${status}, ${event}`)
})
