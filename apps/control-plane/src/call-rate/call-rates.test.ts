import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callRates, type Region, raisableLimits } from '@millrace/model'
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
    const rates = new CallRates(stopped, true, raisableLimits)
    assert.equal(admitted(rates, 30, operation, { StreamName: 'a' }), rate)
    assert.equal(admitted(rates, 30, operation, { StreamName: 'b' }), 0, 'another stream of the account')
    assert.equal(admitted(rates, 30, operation, { StreamName: 'a' }, 'eu-west-1'), rate)
    const StreamARN = 'arn:aws:kinesis:eu-west-1:000000000000:stream/a'
    assert.equal(admitted(rates, 1, operation, { StreamARN }), 0, 'the region of the ARN counts')
  }
})

test('what AWS counts by stream is counted by stream, and what it counts by account by account', () => {
  for (const [operation, { perSecond, by }] of Object.entries(callRates)) {
    const rates = new CallRates(stopped, true, raisableLimits)
    assert.equal(admitted(rates, 1_100, operation, { StreamName: 'a' }), perSecond, operation)
    assert.equal(admitted(rates, 1_100, operation, { StreamName: 'b' }), by === 'stream' ? perSecond : 0, operation)
  }
})

test('a call for a consumer counts for its stream', () => {
  const rates = new CallRates(stopped, true, raisableLimits)
  const StreamARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/a'
  assert.equal(admitted(rates, 3, 'DeregisterStreamConsumer', { ConsumerARN: `${StreamARN}/consumer/x:1` }), 3)
  assert.equal(admitted(rates, 3, 'DeregisterStreamConsumer', { ConsumerARN: `${StreamARN}/consumer/y:2` }), 2)
  assert.equal(admitted(rates, 3, 'DeregisterStreamConsumer', { StreamARN, ConsumerName: 'z' }), 0)
})

test('a rate that was raised is the one that counts', () => {
  const raised = new CallRates(stopped, true, { ...raisableLimits, listStreamsCallsPerSecond: 8 })
  assert.equal(admitted(raised, 30, 'ListStreams'), 8)
})

test('an operation without a rate is never refused', () => {
  const rates = new CallRates(stopped, true, raisableLimits)
  assert.equal(admitted(rates, 3_000, 'UpdateStreamMode', { StreamName: 'a' }), 3_000)
  assert.equal(admitted(rates, 3_000, 'constructor'), 3_000)
})

test('what was used comes back with time', () => {
  let nowMs = createdMs
  const rates = new CallRates({ nowMs: () => nowMs }, true, raisableLimits)
  admitted(rates, 5, 'ListStreams')
  nowMs += 400
  assert.equal(admitted(rates, 5, 'ListStreams'), 2)
})

test('the refusal names the stream, or else the account', () => {
  const rates = new CallRates(stopped, true, raisableLimits)
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
  assert.equal(admitted(new CallRates(stopped, false, raisableLimits), 100, 'CreateStream', { StreamName: 'a' }), 100)
})
