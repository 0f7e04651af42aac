import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { serviceModel } from '@millrace/aws-models'
import { jsonCodec } from '../codec/json/json-codec.js'
import { ShapeTable } from '../shape/shape-node.js'
import { eventFrames } from './events.js'
import { eventStreamFrame } from './frame.js'

const output = new ShapeTable(serviceModel('kinesis')).structure('SubscribeToShardOutput')

/** What a client reads from a frame, with both checksums checked. */
function read(frame: Uint8Array): { headers: Record<string, string>; payload: string } {
  const bytes = Buffer.from(frame)
  const end = bytes.length - 4
  assert.equal(bytes.readUInt32BE(0), bytes.length)
  assert.equal(bytes.readUInt32BE(8), crc32(bytes.subarray(0, 8)))
  assert.equal(bytes.readUInt32BE(end), crc32(bytes.subarray(0, end)))
  const headersEnd = 12 + bytes.readUInt32BE(4)
  const headers: Record<string, string> = {}
  for (let at = 12; at < headersEnd; ) {
    const nameEnd = at + 1 + bytes[at]
    assert.equal(bytes[nameEnd], 7)
    const valueEnd = nameEnd + 3 + bytes.readUInt16BE(nameEnd + 1)
    headers[bytes.toString('utf8', at + 1, nameEnd)] = bytes.toString('utf8', nameEnd + 3, valueEnd)
    at = valueEnd
  }
  return { headers, payload: bytes.toString('utf8', headersEnd, end) }
}

async function framesOf(events: AsyncIterable<Record<string, unknown>>, faults: unknown[] = []) {
  const frames = []
  for await (const frame of eventFrames(events, output, jsonCodec, (fault) => faults.push(fault))) frames.push(read(frame))
  return frames
}

const json = { ':content-type': 'application/x-amz-json-1.1' }
const first = { headers: { ':event-type': 'initial-response', ...json, ':message-type': 'event' }, payload: '{}' }

test('a frame without headers and payload is the known sixteen bytes', () => {
  assert.equal(eventStreamFrame([], Buffer.alloc(0)).toString('hex'), '000000100000000005c248eb7d98c8ff')
})

test('the initial response comes first and at once, then each event by the model', async () => {
  const event = { Records: [], ContinuationSequenceNumber: '1', MillisBehindLatest: 0, Extra: 1 }
  async function* events() {
    yield { SubscribeToShardEvent: event }
  }
  assert.deepEqual(await framesOf(events()), [
    first,
    {
      headers: { ':event-type': 'SubscribeToShardEvent', ...json, ':message-type': 'event' },
      payload: '{"Records":[],"ContinuationSequenceNumber":"1","MillisBehindLatest":0}',
    },
  ])
  const silent: AsyncIterable<Record<string, unknown>> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
  const frame = await eventFrames(silent, output, jsonCodec, () => {}).next()
  assert.deepEqual(read(frame.value), first)
})

test('an exception of the model ends the stream', async () => {
  async function* events() {
    yield { ResourceNotFoundException: { message: 'gone' } }
    yield { SubscribeToShardEvent: {} }
  }
  const headers = { ':exception-type': 'ResourceNotFoundException', ...json, ':message-type': 'exception' }
  assert.deepEqual(await framesOf(events()), [first, { headers, payload: '{"message":"gone"}' }])
})

test('a source that fails ends in InternalFailureException and a report', async () => {
  const faults: unknown[] = []
  // biome-ignore lint/correctness/useYield: it fails before its first event
  async function* events(): AsyncGenerator<Record<string, unknown>> {
    throw new Error('broken')
  }
  const headers = { ':exception-type': 'InternalFailureException', ...json, ':message-type': 'exception' }
  assert.deepEqual(await framesOf(events(), faults), [first, { headers, payload: '{}' }])
  assert.equal(faults.length, 1)
})
