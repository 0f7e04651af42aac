import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Region } from '@millrace/model'
import { callOf, createdMs } from '../stream/stream.fixture.js'
import { CallRates } from './call-rates.js'

/** How many of `calls` are admitted at once. */
function admitted(rates: CallRates, calls: number, operation: string, input: object = {}, region?: string): number {
  const call = callOf(operation, input)
  const from = region === undefined ? call : { ...call, region: region as Region }
  return Array.from({ length: calls }, () => rates.admit(from)).filter((refusal) => refusal === undefined).length
}

const stopped = { nowMs: () => createdMs }

test('an account may make so many calls of an operation in a second, in each region', () => {
  for (const [operation, rate] of Object.entries({
    CreateStream: 5,
    DeleteStream: 5,
    DescribeStream: 10,
    DescribeStreamSummary: 20,
  })) {
    const rates = new CallRates(stopped, true)
    assert.equal(admitted(rates, 30, operation, { StreamName: 'a' }), rate)
    assert.equal(admitted(rates, 30, operation, { StreamName: 'b' }), 0, 'another stream of the account')
    assert.equal(admitted(rates, 30, operation, { StreamName: 'a' }, 'eu-west-1'), rate)
    const StreamARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/a'
    assert.equal(admitted(rates, 1, operation, { StreamARN }), 0, 'the region of the ARN counts')
  }
})

test('ListShards is counted by stream', () => {
  const rates = new CallRates(stopped, true)
  assert.equal(admitted(rates, 1_100, 'ListShards', { StreamName: 'a' }), 1_000)
  assert.equal(admitted(rates, 1_100, 'ListShards', { StreamName: 'b' }), 1_000)
})

test('what was used comes back with time', () => {
  let nowMs = createdMs
  const rates = new CallRates({ nowMs: () => nowMs }, true)
  admitted(rates, 5, 'ListStreams')
  nowMs += 400
  assert.equal(admitted(rates, 5, 'ListStreams'), 2)
})

test('the refusal names the stream, or else the account', () => {
  const rates = new CallRates(stopped, true)
  admitted(rates, 5, 'ListStreams')
  admitted(rates, 10, 'DescribeStream', { StreamName: 'orders' })
  const refused = (message: string) => ({ kind: 'LimitExceeded', message })
  assert.deepEqual(rates.admit(callOf('ListStreams', {})), refused('Rate exceeded for account 000000000000.'))
  assert.deepEqual(
    rates.admit(callOf('DescribeStream', { StreamName: 'orders' })),
    refused('Rate exceeded for stream orders under account 000000000000.'),
  )
})

test('limits that are off refuse nothing', () => {
  assert.equal(admitted(new CallRates(stopped, false), 100, 'CreateStream', { StreamName: 'a' }), 100)
})
