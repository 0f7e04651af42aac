import { withSlices } from '../codec/native-slices.js'

/** Up to here a loop is faster than the native encoder, whose price is that of its calls. */
const loopBytesMax = 96
/** A multiple of 3. Strings of this size come from the young generation; one of a large record would cost its page faults. */
const sliceBytes = 6144
const pad = 0x3d

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
/** Two characters for twelve bits, the first in the low byte. */
const pairs = Uint16Array.from({ length: 4096 }, (_, bits) => alphabet[bits >> 6] | (alphabet[bits & 63] << 8))

export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

/** Writes the base64 of a part of `source`; returns where the next byte goes. */
export function writeBase64(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  if (to - from <= loopBytesMax) return writeByLoop(source, from, to, target, at)
  const native = withSlices(source)
  const sink = withSlices(target)
  let next = at
  for (let start = from; start < to; start += sliceBytes) {
    const text = native.base64Slice(start, Math.min(to, start + sliceBytes))
    next += sink.latin1Write(text, next, text.length)
  }
  return next
}

function writeByLoop(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  const whole = to - ((to - from) % 3)
  let next = at
  for (let i = from; i < whole; i += 3, next += 4) {
    const bits = (source[i] << 16) | (source[i + 1] << 8) | source[i + 2]
    writePairs(pairs[bits >> 12], pairs[bits & 4095], target, next)
  }
  if (whole === to) return next
  const bits = (source[whole] << 16) | (whole + 1 < to ? source[whole + 1] << 8 : 0)
  writePairs(pairs[bits >> 12], pairs[bits & 4095], target, next)
  target[next + 3] = pad
  if (to - whole === 1) target[next + 2] = pad
  return next + 4
}

function writePairs(first: number, second: number, target: Buffer, at: number): void {
  target[at] = first
  target[at + 1] = first >> 8
  target[at + 2] = second
  target[at + 3] = second >> 8
}
