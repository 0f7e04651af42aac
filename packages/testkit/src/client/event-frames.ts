import { crc32 } from 'node:zlib'

/** A message of `application/vnd.amazon.eventstream`. */
export interface EventFrame {
  readonly headers: ReadonlyMap<string, string>
  readonly payload: Buffer
}

const preludeBytes = 12
const checksumBytes = 4

/** Puts frames together again from the pieces in which they come. Throws where a checksum does not hold. */
export class EventFrameReader {
  private pieces: Buffer[] = []
  private bytes = 0
  private wantedBytes = preludeBytes

  /** The frames that are whole with this piece. */
  add(piece: Buffer): EventFrame[] {
    this.pieces.push(piece)
    this.bytes += piece.length
    const frames: EventFrame[] = []
    while (this.bytes >= this.wantedBytes) {
      const whole = this.joined()
      const frameBytes = whole.readUInt32BE(0)
      if (whole.readUInt32BE(8) !== crc32(whole.subarray(0, 8))) throw new Error('the checksum of a prelude does not hold')
      this.wantedBytes = frameBytes
      if (whole.length < frameBytes) break
      frames.push(frameOf(whole.subarray(0, frameBytes)))
      this.pieces = [whole.subarray(frameBytes)]
      this.bytes -= frameBytes
      this.wantedBytes = preludeBytes
    }
    return frames
  }

  private joined(): Buffer {
    const whole = this.pieces.length === 1 ? (this.pieces[0] as Buffer) : Buffer.concat(this.pieces)
    this.pieces = [whole]
    return whole
  }
}

function frameOf(frame: Buffer): EventFrame {
  const end = frame.length - checksumBytes
  if (frame.readUInt32BE(end) !== crc32(frame.subarray(0, end))) throw new Error('the checksum of a frame does not hold')
  const headersEnd = preludeBytes + frame.readUInt32BE(4)
  const headers = new Map<string, string>()
  for (let at = preludeBytes; at < headersEnd; ) {
    const nameEnd = at + 1 + frame.readUInt8(at)
    const valueAt = nameEnd + 3
    const valueEnd = valueAt + frame.readUInt16BE(nameEnd + 1)
    headers.set(frame.toString('latin1', at + 1, nameEnd), frame.toString('utf8', valueAt, valueEnd))
    at = valueEnd
  }
  return { headers, payload: frame.subarray(headersEnd, end) }
}
