/** Major types of CBOR (RFC 8949). */
export const unsignedInteger = 0
export const negativeInteger = 1
export const byteString = 2
export const textString = 3
export const array = 4
export const map = 5
export const tag = 6
export const simpleOrFloat = 7

export const breakByte = 0xff
export const falseByte = 0xf4
export const trueByte = 0xf5

/** Reads the heads of data items: what kind an item is, and its length, count or value. */
export class CborHeads {
  at = 0
  major = 0
  /** Low five bits of the first byte: for major type 7 it tells floats from simple values. */
  info = 0
  /** Of 64 bits, as the nearest double. Meaningless where the length is indefinite. */
  argument = 0
  isIndefinite = false

  constructor(readonly bytes: Buffer) {}

  /** Reads the head at `at` and moves behind it; false where the bytes are no head or end within it. */
  next(): boolean {
    const { bytes } = this
    if (this.at >= bytes.length) return false
    const first = bytes[this.at++]
    this.major = first >> 5
    this.info = first & 31
    this.isIndefinite = this.info === 31
    if (this.info < 24) this.argument = this.info
    else if (!this.isIndefinite) return this.readArgument()
    return true
  }

  private readArgument(): boolean {
    const { bytes, at, info } = this
    if (info > 27) return false
    const size = 1 << (info - 24)
    if (at + size > bytes.length) return false
    if (size === 1) this.argument = bytes[at]
    else if (size === 2) this.argument = bytes.readUInt16BE(at)
    else if (size === 4) this.argument = bytes.readUInt32BE(at)
    else this.argument = bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
    this.at = at + size
    return true
  }

  isBreak(): boolean {
    return this.bytes[this.at] === breakByte
  }
}
