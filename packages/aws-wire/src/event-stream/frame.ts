import { crc32 } from 'node:zlib'

/**
 * A message of `application/vnd.amazon.eventstream`:
 *
 *     total bytes u32 | header bytes u32 | CRC32 of both u32 | headers | payload | CRC32 of all before u32     (big-endian)
 *     header := name bytes u8 | name | 7 (a string) u8 | value bytes u16 | value
 */
export function eventStreamFrame(headers: FrameHeaders, payload: Uint8Array): Buffer {
  const headerBytes = headersLength(headers)
  const frame = Buffer.allocUnsafeSlow(preludeBytes + headerBytes + payload.length + checksumBytes)
  const at = writeHead(headers, headerBytes, frame.length, frame)
  frame.set(payload, at)
  const end = frame.length - checksumBytes
  frame.writeUInt32BE(crc32(frame.subarray(0, end)), end)
  return frame
}

/** The same in pieces, for a payload of known length that is made piece by piece: no step holds the loop for a large one. */
export function* eventStreamFramePieces(
  headers: FrameHeaders,
  payload: Iterable<Uint8Array>,
  payloadBytes: number,
): Generator<Uint8Array> {
  const headerBytes = headersLength(headers)
  const head = Buffer.allocUnsafeSlow(preludeBytes + headerBytes)
  writeHead(headers, headerBytes, head.length + payloadBytes + checksumBytes, head)
  yield head
  let checksum = crc32(head)
  for (const piece of payload) {
    checksum = crc32(piece, checksum)
    yield piece
  }
  const tail = Buffer.allocUnsafeSlow(checksumBytes)
  tail.writeUInt32BE(checksum)
  yield tail
}

export type FrameHeaders = readonly (readonly [name: string, value: string])[]

const preludeBytes = 12
const checksumBytes = 4
const stringType = 7

/** Returns where the payload begins. */
function writeHead(headers: FrameHeaders, headerBytes: number, totalBytes: number, target: Buffer): number {
  target.writeUInt32BE(totalBytes, 0)
  target.writeUInt32BE(headerBytes, 4)
  target.writeUInt32BE(crc32(target.subarray(0, 8)), 8)
  let at = preludeBytes
  for (const [name, value] of headers) at = writeHeader(name, value, target, at)
  return at
}

function headersLength(headers: FrameHeaders): number {
  return headers.reduce((bytes, [name, value]) => bytes + 1 + Buffer.byteLength(name) + 1 + 2 + Buffer.byteLength(value), 0)
}

function writeHeader(name: string, value: string, target: Buffer, at: number): number {
  const nameBytes = target.write(name, at + 1)
  target[at] = nameBytes
  const typeAt = at + 1 + nameBytes
  target[typeAt] = stringType
  const valueBytes = target.write(value, typeAt + 3)
  target.writeUInt16BE(valueBytes, typeAt + 1)
  return typeAt + 3 + valueBytes
}
