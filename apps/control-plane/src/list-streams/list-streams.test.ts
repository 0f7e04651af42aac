import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListStreamsInput } from '@millrace/aws-models'
import type { AccountId, Region } from '@millrace/model'
import { NextTokens } from '../pagination/next-tokens.js'
import { callOf, createdMs, directoryOf, stream } from '../stream/stream.fixture.js'
import { ListStreams } from './list-streams.js'

const names = ['B', 'a', '_', 'a.b', 'A', '-1', 'b', 'Z']
/** By code point. */
const sorted = ['-1', 'A', 'B', 'Z', '_', 'a', 'a.b', 'b']
const tokens = new NextTokens(Buffer.alloc(32), { nowMs: () => createdMs })
const foreign = [stream('else', { region: 'eu-west-1' as Region }), stream('other', { account: '111111111111' as AccountId })]

function listIn(held: string[], input: ListStreamsInput) {
  const operation = new ListStreams(directoryOf(...held.map((name) => stream(name)), ...foreign), tokens)
  const answer = operation.handle(callOf('ListStreams', input))
  assert.ok(answer.ok, JSON.stringify(answer))
  return answer.value
}

test('lists the streams of the account in the region by code point, with summaries', () => {
  const list = listIn(names, {})
  assert.deepEqual([list.StreamNames, list.HasMoreStreams, list.NextToken], [sorted, false, undefined])
  assert.deepEqual(list.StreamSummaries?.[1], {
    StreamName: 'A',
    StreamARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/A',
    StreamStatus: 'ACTIVE',
    StreamModeDetails: { StreamMode: 'PROVISIONED' },
    StreamCreationTimestamp: new Date(createdMs),
  })
})

test('goes on after a name, also one that does not exist', () => {
  assert.deepEqual(listIn(names, { ExclusiveStartStreamName: 'Y', Limit: 2 }).StreamNames, ['Z', '_'])
})

test('pages by tokens show every stream once', () => {
  const seen: string[] = []
  let token: string | undefined
  do {
    const page = listIn(names, { Limit: 3, ...(token ? { NextToken: token } : {}) })
    assert.equal(page.HasMoreStreams, page.NextToken !== undefined)
    seen.push(...page.StreamNames)
    token = page.NextToken
  } while (token)
  assert.deepEqual(seen, sorted)
})

test('lists at most 100 streams, whatever the limit', () => {
  const held = Array.from({ length: 130 }, (_, i) => `s${String(i).padStart(3, '0')}`)
  for (const input of [{}, { Limit: 10_000 }]) {
    const list = listIn(held, input)
    assert.deepEqual([list.StreamNames.length, list.HasMoreStreams], [100, true])
  }
})

test('a token of another list is refused', () => {
  const operation = new ListStreams(directoryOf(), tokens)
  const NextToken = tokens.issue('ListShards', '000000000000' as AccountId, 'a')
  assert.deepEqual(operation.handle(callOf('ListStreams', { NextToken })), {
    ok: false,
    error: { kind: 'InvalidArgument', message: 'Invalid NextToken.' },
  })
})
