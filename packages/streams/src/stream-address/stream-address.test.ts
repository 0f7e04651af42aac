import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId, Region } from '@millrace/model'
import { resolveStreamAddress } from './stream-address.js'

const scope = { account: '000000000000' as AccountId, region: 'us-east-1' as Region }
const arn = 'arn:aws:kinesis:eu-central-1:111111111111:stream/orders'
const addressed = { account: '111111111111', region: 'eu-central-1', name: 'orders' }

function problemOf(reference: Parameters<typeof resolveStreamAddress>[1]): unknown {
  const resolved = resolveStreamAddress(scope, reference)
  return resolved.ok ? undefined : resolved.error
}

test('a name is looked for in the scope of the credentials', () => {
  assert.deepEqual(resolveStreamAddress(scope, { StreamName: 'orders' }), { ok: true, value: { ...scope, name: 'orders' } })
})

test('account and region of an ARN win', () => {
  assert.deepEqual(resolveStreamAddress(scope, { StreamARN: arn }), { ok: true, value: addressed })
  assert.deepEqual(resolveStreamAddress(scope, { StreamARN: arn, StreamName: 'orders' }), { ok: true, value: addressed })
})

test('neither name nor ARN, both of different streams, and no ARN of a stream are refused', () => {
  assert.deepEqual(problemOf({}), {
    kind: 'InvalidArgument',
    message: "Stream arn and stream name can't be empty at the same time",
  })
  assert.deepEqual(problemOf({ StreamARN: arn, StreamName: 'other' }), {
    kind: 'InvalidArgument',
    message: "Input stream name other doesn't match the inferred name in stream arn orders",
  })
  const consumer = `${arn}/consumer/c:1`
  assert.deepEqual(problemOf({ StreamARN: consumer }), {
    kind: 'InvalidArgument',
    message: `${consumer} is not the ARN of a stream.`,
  })
})
