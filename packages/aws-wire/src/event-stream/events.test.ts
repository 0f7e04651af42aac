import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { serviceModel } from '@millrace/aws-models'
import { type DomainError, recordBytes, writeRecordHeader } from '@millrace/model'
import { jsonCodec } from '../codec/json/json-codec.js'
import type { PageBatch } from '../record/get-records.js'
import { ShapeTable } from '../shape/shape-node.js'
import { EventFrames, type EventSource, type OutputEvent } from './events.js'
import { eventStreamFrame, eventStreamFramePieces } from './frame.js'

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

function sourceOf(events: readonly (OutputEvent | (() => never))[]): EventSource & { cancelled: number } {
  const left = [...events]
  return {
    cancelled: 0,
    async next() {
      const event = left.shift()
      return typeof event === 'function' ? event() : event
    },
    cancel() {
      this.cancelled++
    },
  }
}

async function framesOf(source: EventSource, faults: unknown[] = []) {
  const pieces: Uint8Array[] = []
  for await (const piece of new EventFrames(source, output, jsonCodec, (fault) => faults.push(fault))) pieces.push(piece)
  const bytes = Buffer.concat(pieces)
  const frames = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    frames.push(read(bytes.subarray(at, at + bytes.readUInt32BE(at))))
  }
  return frames
}

function batchOf(...records: [key: string, data: Buffer][]): PageBatch {
  const blocks = records.map(([key, data]) => {
    const block = Buffer.alloc(recordBytes(key.length, data.length))
    const keyAt = writeRecordHeader(block, 0, key.length, data.length)
    block.write(key, keyAt)
    data.copy(block, keyAt + key.length)
    return block
  })
  const writeSequenceNumber = (position: number, target: Buffer, at: number) => {
    target.write(String(position).padStart(56, '4'), at)
  }
  return { records: Buffer.concat(blocks), recordCount: records.length, arrivalMs: 1500, encrypted: false, writeSequenceNumber }
}

const json = { ':content-type': 'application/x-amz-json-1.1' }
const first = { headers: { ':event-type': 'initial-response', ...json, ':message-type': 'event' }, payload: '{}' }
const eventHeaders = { ':event-type': 'SubscribeToShardEvent', ...json, ':message-type': 'event' }
const member = 'SubscribeToShardEvent'

test('a frame without headers and payload is the known sixteen bytes', () => {
  assert.equal(eventStreamFrame([], Buffer.alloc(0)).toString('hex'), '000000100000000005c248eb7d98c8ff')
})

test('a frame in pieces is the frame', () => {
  const payload = Buffer.from('abcdefg')
  const pieces = eventStreamFramePieces([['a', 'b']], [payload.subarray(0, 3), payload.subarray(3)], payload.length)
  assert.deepEqual(Buffer.concat([...pieces]), eventStreamFrame([['a', 'b']], payload))
})

test('the initial response comes first and at once, then each event by the model', async () => {
  const value = { Records: [], ContinuationSequenceNumber: '1', MillisBehindLatest: 0, Extra: 1 }
  assert.deepEqual(await framesOf(sourceOf([{ member, value }])), [
    first,
    { headers: eventHeaders, payload: '{"Records":[],"ContinuationSequenceNumber":"1","MillisBehindLatest":0}' },
  ])
  const silent: EventSource = { next: () => new Promise(() => {}), cancel: () => {} }
  const frame = await new EventFrames(silent, output, jsonCodec, () => {}).next()
  assert.deepEqual(read(frame.value), first)
})

test('records of blocks are written as the model writes them, also those of an event that goes out in pieces', async () => {
  for (const data of [Buffer.from('x'), Buffer.alloc(3_000_000, 'y')]) {
    const value = { ContinuationSequenceNumber: '1', MillisBehindLatest: 5 }
    const [, event] = await framesOf(sourceOf([{ member, value, records: [batchOf(['k', data], ['l', data])] }]))
    const record = (position: string, PartitionKey: string) => ({
      SequenceNumber: position.padStart(56, '4'),
      ApproximateArrivalTimestamp: 1.5,
      Data: data.toString('base64'),
      PartitionKey,
    })
    assert.deepEqual(event?.headers, eventHeaders)
    assert.deepEqual(JSON.parse(event?.payload ?? ''), { Records: [record('0', 'k'), record('1', 'l')], ...value })
  }
})

test('an error is an exception of the model, and ends the stream', async () => {
  const error: DomainError = { kind: 'ResourceNotFound', message: 'gone' }
  const headers = { ':exception-type': 'ResourceNotFoundException', ...json, ':message-type': 'exception' }
  assert.deepEqual(await framesOf(sourceOf([{ error }, { member, value: {} }])), [
    first,
    { headers, payload: '{"message":"gone"}' },
  ])
})

test('a source that fails ends in InternalFailureException and a report, and is let go', async () => {
  const faults: unknown[] = []
  const source = sourceOf([
    () => {
      throw new Error('broken')
    },
  ])
  const headers = { ':exception-type': 'InternalFailureException', ...json, ':message-type': 'exception' }
  assert.deepEqual(await framesOf(source, faults), [first, { headers, payload: '{}' }])
  assert.equal(faults.length, 1)
  assert.equal(source.cancelled, 1)
})

test('a source hears at once that its reader is gone, though it waits for its next event', async () => {
  let cancelled = 0
  const silent: EventSource = { next: () => new Promise(() => {}), cancel: () => cancelled++ }
  const frames = new EventFrames(silent, output, jsonCodec, () => {})
  await frames.next()
  void frames.next()
  await frames.return()
  assert.equal(cancelled, 1)
})
