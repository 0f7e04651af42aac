import { isUtf8 } from 'node:buffer'
import { Pattern } from '../shape/pattern.js'

/**
 * The model's constraints on the members of a put, over bytes in a body: what these take, the model's interpreter takes as well. What
 * they refuse is the interpreter's to judge.
 */
export const recordsPerPutMax = 500
export const dataBytesMax = 10_485_760
const partitionKeyCharactersMax = 256
const streamNameCharactersMax = 128
const streamArnCharactersMax = 2048
const hashKeyDigitsMax = 39
const sequenceNumberDigitsMax = 129
const streamArnPattern = new Pattern('arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+')

/** 1 to 256 characters as Java counts them: one for each UTF-8 sequence, two for one of four bytes. */
export function isPartitionKey(body: Buffer, from: number, to: number): boolean {
  const bytes = to - from
  if (bytes === 0 || bytes > partitionKeyCharactersMax * 3) return false
  let isAscii = true
  let characters = 0
  for (let at = from; at < to; at++) {
    const byte = body[at]
    if (byte < 0x80) characters++
    else {
      isAscii = false
      if (byte >= 0xc0) characters += byte >= 0xf0 ? 2 : 1
    }
  }
  return characters <= partitionKeyCharactersMax && (isAscii || isUtf8(body.subarray(from, to)))
}

export function isHashKey(body: Buffer, from: number, to: number): boolean {
  return isWholeNumber(body, from, to, hashKeyDigitsMax)
}

export function isSequenceNumber(body: Buffer, from: number, to: number): boolean {
  return isWholeNumber(body, from, to, sequenceNumberDigitsMax)
}

/** `0`, or digits without a leading zero. */
function isWholeNumber(body: Buffer, from: number, to: number, digitsMax: number): boolean {
  const digits = to - from
  if (digits === 0 || digits > digitsMax || (body[from] === 0x30 && digits > 1)) return false
  for (let at = from; at < to; at++) if (body[at] < 0x30 || body[at] > 0x39) return false
  return true
}

/** `[a-zA-Z0-9_.-]{1,128}` */
export function isStreamName(body: Buffer, from: number, to: number): boolean {
  if (to === from || to - from > streamNameCharactersMax) return false
  for (let at = from; at < to; at++) if (inStreamName[body[at]] === 0) return false
  return true
}

/** Printable ASCII only, where bytes and characters are the same. */
export function isStreamArn(body: Buffer, from: number, to: number): boolean {
  if (to === from || to - from > streamArnCharactersMax) return false
  for (let at = from; at < to; at++) if (body[at] < 0x20 || body[at] > 0x7e) return false
  return streamArnPattern.matches(body.toString('latin1', from, to))
}

const inStreamName = Uint8Array.from({ length: 256 }, (_, byte) => (/[a-zA-Z0-9_.-]/.test(String.fromCharCode(byte)) ? 1 : 0))
