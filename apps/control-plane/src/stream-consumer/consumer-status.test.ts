import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerStatus } from '@millrace/streams'
import { type ConsumerEvent, nextConsumerStatus } from './consumer-status.js'

const expected: readonly (readonly [ConsumerStatus, ConsumerEvent, ConsumerStatus | 'gone' | undefined])[] = [
  ['CREATING', 'elapsed', 'ACTIVE'],
  ['CREATING', 'deregister', 'DELETING'],
  ['ACTIVE', 'elapsed', undefined],
  ['ACTIVE', 'deregister', 'DELETING'],
  ['DELETING', 'elapsed', 'gone'],
  ['DELETING', 'deregister', 'DELETING'],
]

test('every state of a consumer answers every event as the table says', () => {
  for (const [status, event, next] of expected) assert.equal(nextConsumerStatus(status, event), next, `${status}, ${event}`)
})
