import { crc32 } from 'node:zlib'

/**
 * A message of `application/vnd.amazon.eventstream`:
 *
 *     total bytes u32 | header bytes u32 | CRC32 of both u32 | headers | payload | CRC32 of all before u32     (big-endian)
 *     header := name bytes u8 | name | 7 (a string) u8 | value bytes u16 | value
 */
export function eventStreamFrame(headers: readonly (readonly [name: string, value: string])[], payload: Uint8Array): Buffer {
  const headerBytes = headers.reduce((bytes, [name, value]) => bytes + headerLength(name, value), 0)
  const frame = Buffer.allocUnsafeSlow(preludeBytes + headerBytes + payload.length + checksumBytes)
  frame.writeUInt32BE(frame.length, 0)
  frame.writeUInt32BE(headerBytes, 4)
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8)
  let at = preludeBytes
  for (const [name, value] of headers) at = writeHeader(name, value, frame, at)
  frame.set(payload, at)
  const end = frame.length - checksumBytes
  frame.writeUInt32BE(crc32(frame.subarray(0, end)), end)
  return frame
}

const preludeBytes = 12
const checksumBytes = 4
const stringType = 7

function headerLength(name: string, value: string): number {
  return 1 + Buffer.byteLength(name) + 1 + 2 + Buffer.byteLength(value)
}

function writeHeader(name: string, value: string, frame: Buffer, at: number): number {
  const nameBytes = frame.write(name, at + 1)
  frame[at] = nameBytes
  const typeAt = at + 1 + nameBytes
  frame[typeAt] = stringType
  const valueBytes = frame.write(value, typeAt + 3)
  frame.writeUInt16BE(valueBytes, typeAt + 1)
  return typeAt + 3 + valueBytes
}
