import { hash } from 'node:crypto'

/**
 * MD5 (RFC 1321) of a short key, as four big-endian words. Written out here because a native call costs three times as much as the
 * whole computation for keys of up to 55 bytes, which fit one block; longer ones go to the native digest.
 */
export type HashWords = Uint32Array

const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))
const block = new Int32Array(16)
const oneBlockMax = 55

/** Writes the digest of `source[from, to)` to `out` (4 words, the most significant first). */
export function md5Words(source: Uint8Array, from: number, to: number, out: HashWords): void {
  if (to - from > oneBlockMax) return md5Native(source, from, to, out)
  fillBlock(source, from, to)
  compress(out)
}

function fillBlock(source: Uint8Array, from: number, to: number): void {
  block.fill(0)
  const length = to - from
  for (let i = 0; i < length; i++) block[i >> 2] |= source[from + i] << ((i & 3) << 3)
  block[length >> 2] |= 0x80 << ((length & 3) << 3)
  block[14] = length << 3
}

/** One loop a round: the shift amounts are constants, and nothing in a loop branches. */
function compress(out: HashWords): void {
  let a = 0x67452301
  let b = 0xefcdab89 | 0
  let c = 0x98badcfe | 0
  let d = 0x10325476
  for (let i = 0; i < 16; i += 4) {
    a = (b + rotate(a + (d ^ (b & (c ^ d))) + sines[i] + block[i], 7)) | 0
    d = (a + rotate(d + (c ^ (a & (b ^ c))) + sines[i + 1] + block[i + 1], 12)) | 0
    c = (d + rotate(c + (b ^ (d & (a ^ b))) + sines[i + 2] + block[i + 2], 17)) | 0
    b = (c + rotate(b + (a ^ (c & (d ^ a))) + sines[i + 3] + block[i + 3], 22)) | 0
  }
  for (let i = 16, k = 1; i < 32; i += 4, k += 20) {
    a = (b + rotate(a + (c ^ (d & (b ^ c))) + sines[i] + block[k & 15], 5)) | 0
    d = (a + rotate(d + (b ^ (c & (a ^ b))) + sines[i + 1] + block[(k + 5) & 15], 9)) | 0
    c = (d + rotate(c + (a ^ (b & (d ^ a))) + sines[i + 2] + block[(k + 10) & 15], 14)) | 0
    b = (c + rotate(b + (d ^ (a & (c ^ d))) + sines[i + 3] + block[(k + 15) & 15], 20)) | 0
  }
  for (let i = 32, k = 5; i < 48; i += 4, k += 12) {
    a = (b + rotate(a + (b ^ c ^ d) + sines[i] + block[k & 15], 4)) | 0
    d = (a + rotate(d + (a ^ b ^ c) + sines[i + 1] + block[(k + 3) & 15], 11)) | 0
    c = (d + rotate(c + (d ^ a ^ b) + sines[i + 2] + block[(k + 6) & 15], 16)) | 0
    b = (c + rotate(b + (c ^ d ^ a) + sines[i + 3] + block[(k + 9) & 15], 23)) | 0
  }
  for (let i = 48, k = 0; i < 64; i += 4, k += 28) {
    a = (b + rotate(a + (c ^ (b | ~d)) + sines[i] + block[k & 15], 6)) | 0
    d = (a + rotate(d + (b ^ (a | ~c)) + sines[i + 1] + block[(k + 7) & 15], 10)) | 0
    c = (d + rotate(c + (a ^ (d | ~b)) + sines[i + 2] + block[(k + 14) & 15], 15)) | 0
    b = (c + rotate(b + (d ^ (c | ~a)) + sines[i + 3] + block[(k + 21) & 15], 21)) | 0
  }
  out[0] = swapBytes((a + 0x67452301) | 0)
  out[1] = swapBytes((b + 0xefcdab89) | 0)
  out[2] = swapBytes((c + 0x98badcfe) | 0)
  out[3] = swapBytes((d + 0x10325476) | 0)
}

function rotate(sum: number, shift: number): number {
  return (sum << shift) | (sum >>> (32 - shift))
}

function swapBytes(word: number): number {
  return ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | (word << 24)) >>> 0
}

function md5Native(source: Uint8Array, from: number, to: number, out: HashWords): void {
  const digest = hash('md5', source.subarray(from, to), 'buffer')
  for (let i = 0; i < 4; i++) out[i] = digest.readUInt32BE(i * 4)
}
