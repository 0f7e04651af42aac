import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DomainError } from '@millrace/model'
import { awsErrorOf } from './aws-error.js'

const stream = 's'
const account = '000000000000'
const shardId = 'shardId-000000000000'
const message = 'm'

test('every error of the domain has its code, status and text', () => {
  const errors: [DomainError, number, string, string][] = [
    [{ kind: 'MissingAuthenticationToken' }, 400, 'MissingAuthenticationTokenException', 'Missing Authentication Token'],
    [{ kind: 'SignatureExpired', message }, 400, 'InvalidSignatureException', message],
    [{ kind: 'UnrecognizedClient', message }, 400, 'UnrecognizedClientException', message],
    [
      { kind: 'StreamNotFound', stream, account },
      400,
      'ResourceNotFoundException',
      'Stream s under account 000000000000 not found.',
    ],
    [
      { kind: 'StreamAlreadyExists', stream, account },
      400,
      'ResourceInUseException',
      'Stream s under account 000000000000 already exists.',
    ],
    [
      { kind: 'StreamNotActive', stream, account, state: 'CREATING' },
      400,
      'ResourceInUseException',
      'Stream s under account 000000000000 not ACTIVE, instead in state CREATING',
    ],
    [
      { kind: 'ShardNotFound', shardId: 'x', stream, account },
      400,
      'ResourceNotFoundException',
      'Could not find shard x in stream s under account 000000000000.',
    ],
    [
      { kind: 'ShardDoesNotExist', shardId, stream, account },
      400,
      'ResourceNotFoundException',
      'Shard shardId-000000000000 in stream s under account 000000000000 does not exist',
    ],
    [{ kind: 'ThroughputExceeded', message }, 400, 'ProvisionedThroughputExceededException', message],
    [{ kind: 'IteratorExpired', message }, 400, 'ExpiredIteratorException', message],
    [{ kind: 'KeyNotFound', message }, 400, 'KMSNotFoundException', message],
  ]
  for (const [error, status, code, text] of errors) {
    assert.deepEqual(awsErrorOf(error), { status, code, message: text, messageKey: 'message' })
  }
})

test('what a retry can heal is a 503, and why is not told to clients', () => {
  const error = awsErrorOf({ kind: 'Unavailable', outcome: 'unknown', reason: 'disk full at /data' })
  assert.deepEqual([error.status, error.code], [503, 'ServiceUnavailable'])
  assert.ok(!error.message?.includes('disk'))
})
