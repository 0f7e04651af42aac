/** UTF-8 bytes as the inside of a JSON string, escaped as `JSON.stringify` escapes them. */

/** Bytes that each byte takes. */
const escapedBytes = new Uint8Array(256).fill(1)
escapedBytes.fill(6, 0, 0x20)
const shortEscapes = new Uint8Array(256)
for (const [byte, letter] of [
  [0x22, '"'],
  [0x5c, '\\'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
] as const) {
  escapedBytes[byte] = 2
  shortEscapes[byte] = letter.charCodeAt(0)
}

const hexDigits = Buffer.from('0123456789abcdef')

export function jsonTextLength(source: Buffer, from: number, to: number): number {
  let length = 0
  for (let i = from; i < to; i++) length += escapedBytes[source[i]]
  return length
}

/** Returns where the next byte goes. */
export function writeJsonText(source: Buffer, from: number, to: number, target: Buffer, at: number): number {
  let next = at
  for (let i = from; i < to; i++) {
    const byte = source[i]
    if (escapedBytes[byte] === 1) target[next++] = byte
    else next = writeEscape(byte, target, next)
  }
  return next
}

function writeEscape(byte: number, target: Buffer, at: number): number {
  target[at] = 0x5c
  if (escapedBytes[byte] === 2) {
    target[at + 1] = shortEscapes[byte]
    return at + 2
  }
  target[at + 1] = 0x75
  target[at + 2] = target[at + 3] = 0x30
  target[at + 4] = hexDigits[byte >> 4]
  target[at + 5] = hexDigits[byte & 15]
  return at + 6
}
