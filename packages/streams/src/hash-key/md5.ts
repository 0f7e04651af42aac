import { hash } from 'node:crypto'

/**
 * MD5 (RFC 1321) of a short key, as four big-endian words. Written out here because a native call costs three times as much as the
 * whole computation for keys of up to 55 bytes, which fit one block; longer ones go to the native digest.
 */
export type HashWords = Uint32Array

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
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

function compress(out: HashWords): void {
  let a = 0x67452301
  let b = 0xefcdab89 | 0
  let c = 0x98badcfe | 0
  let d = 0x10325476
  for (let i = 0; i < 64; i++) {
    const round = i >> 4
    let f: number
    let word: number
    if (round === 0) {
      f = (b & c) | (~b & d)
      word = i
    } else if (round === 1) {
      f = (d & b) | (~d & c)
      word = (5 * i + 1) & 15
    } else if (round === 2) {
      f = b ^ c ^ d
      word = (3 * i + 5) & 15
    } else {
      f = c ^ (b | ~d)
      word = (7 * i) & 15
    }
    const sum = (a + f + sines[i] + block[word]) | 0
    const shift = shifts[(round << 2) | (i & 3)]
    a = d
    d = c
    c = b
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
  }
  out[0] = swapBytes((a + 0x67452301) | 0)
  out[1] = swapBytes((b + 0xefcdab89) | 0)
  out[2] = swapBytes((c + 0x98badcfe) | 0)
  out[3] = swapBytes((d + 0x10325476) | 0)
}

function swapBytes(word: number): number {
  return ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | (word << 24)) >>> 0
}

function md5Native(source: Uint8Array, from: number, to: number, out: HashWords): void {
  const digest = hash('md5', source.subarray(from, to), 'buffer')
  for (let i = 0; i < 4; i++) out[i] = digest.readUInt32BE(i * 4)
}
