/** Frames of HTTP/2 (RFC 9113): length u24 | type u8 | flags u8 | stream u31. */
export const frameHeaderBytes = 9

export const frameTypes = {
  data: 0,
  headers: 1,
  resetStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
} as const

export const flags = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** What a peer may send in one frame unless it is told otherwise: what stock clients use. */
export const dataBytesMax = 16_384

export function writeFrameHeader(target: Buffer, at: number, length: number, type: number, flag: number, stream: number): void {
  target.writeUIntBE(length, at, 3)
  target.writeUInt8(type, at + 3)
  target.writeUInt8(flag, at + 4)
  target.writeUInt32BE(stream, at + 5)
}

export function frame(type: number, flag: number, stream: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payload.length)
  writeFrameHeader(bytes, 0, payload.length, type, flag, stream)
  bytes.set(payload, frameHeaderBytes)
  return bytes
}

export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(settings.length * 6)
  settings.forEach(([id, value], i) => {
    payload.writeUInt16BE(id, i * 6)
    payload.writeUInt32BE(value, i * 6 + 2)
  })
  return frame(frameTypes.settings, 0, 0, payload)
}

export function windowUpdateFrame(stream: number, bytes: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(bytes)
  return frame(frameTypes.windowUpdate, 0, stream, payload)
}
