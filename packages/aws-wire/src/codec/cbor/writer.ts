import * as cbor from './heads.js'

/** Builds a CBOR item in one growing buffer. */
export class CborWriter {
  private target = Buffer.allocUnsafe(512)
  private at = 0

  written(): Buffer {
    return this.target.subarray(0, this.at)
  }

  byte(byte: number): void {
    this.reserve(1)
    this.target[this.at++] = byte
  }

  head(major: number, argument: number): void {
    this.reserve(headBytesMax)
    this.at = writeHead(major, argument, this.target, this.at)
  }

  text(text: string): void {
    const bytes = Buffer.byteLength(text)
    this.head(cbor.textString, bytes)
    this.reserve(bytes)
    this.at += this.target.write(text, this.at)
  }

  bytes(bytes: Uint8Array): void {
    this.head(cbor.byteString, bytes.length)
    this.reserve(bytes.length)
    this.target.set(bytes, this.at)
    this.at += bytes.length
  }

  integer(value: number): void {
    if (value < 0) this.head(cbor.negativeInteger, -1 - value)
    else this.head(cbor.unsignedInteger, value)
  }

  double(value: number): void {
    this.reserve(headBytesMax)
    this.target[this.at] = 0xfb
    this.at = this.target.writeDoubleBE(value, this.at + 1)
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.target.length) return
    const larger = Buffer.allocUnsafe(2 * this.target.length + bytes)
    this.target.copy(larger, 0, 0, this.at)
    this.target = larger
  }
}

export const headBytesMax = 9

/** Bytes of the shortest head. */
export function headLength(argument: number): number {
  if (argument < 24) return 1
  if (argument < 0x100) return 2
  if (argument < 0x10000) return 3
  return argument < 2 ** 32 ? 5 : 9
}

/** Writes the shortest head; returns where the next byte goes. `argument` is a whole number under 2^53. */
export function writeHead(major: number, argument: number, target: Buffer, at: number): number {
  const first = major << 5
  if (argument < 24) {
    target[at] = first | argument
    return at + 1
  }
  if (argument < 0x100) {
    target[at] = first | 24
    target[at + 1] = argument
    return at + 2
  }
  if (argument < 0x10000) {
    target[at] = first | 25
    return target.writeUInt16BE(argument, at + 1)
  }
  if (argument < 2 ** 32) {
    target[at] = first | 26
    return target.writeUInt32BE(argument, at + 1)
  }
  target[at] = first | 27
  target.writeUInt32BE(Math.floor(argument / 2 ** 32), at + 1)
  return target.writeUInt32BE(argument % 2 ** 32, at + 5)
}
