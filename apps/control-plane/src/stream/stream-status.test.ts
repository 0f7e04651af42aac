import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamStatus } from '@millrace/streams'
import { nextStatus, type StreamEvent } from './stream-status.js'

const expected: readonly (readonly [StreamStatus, StreamEvent, StreamStatus | 'gone' | undefined])[] = [
  ['CREATING', 'elapsed', 'ACTIVE'],
  ['CREATING', 'update', undefined],
  ['CREATING', 'delete', 'DELETING'],
  ['ACTIVE', 'elapsed', undefined],
  ['ACTIVE', 'update', 'UPDATING'],
  ['ACTIVE', 'delete', 'DELETING'],
  ['UPDATING', 'elapsed', 'ACTIVE'],
  ['UPDATING', 'update', undefined],
  ['UPDATING', 'delete', 'DELETING'],
  ['DELETING', 'elapsed', 'gone'],
  ['DELETING', 'update', undefined],
  ['DELETING', 'delete', 'DELETING'],
]

test('every state answers every event as the table says', () => {
  for (const [status, event, next] of expected) assert.equal(nextStatus(status, event), next, `${status}, ${event}`)
})

test('every state is left by deletion and then by time alone', () => {
  for (const [status] of expected) {
    const deleting = nextStatus(status, 'delete')
    assert.equal(deleting, 'DELETING')
    assert.equal(nextStatus('DELETING', 'elapsed'), 'gone')
  }
})
