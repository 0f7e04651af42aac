import { isUtf8 } from 'node:buffer'
import { nestingMax, valuesMax } from '../codec.js'
import * as cbor from './heads.js'

/**
 * Whether the bytes are exactly one CBOR data item (RFC 8949), a map or array, with valid text strings, within the
 * bounds on nesting and values. No length or count is believed before the bytes are there. Builds nothing.
 */
export function isWellFormedCbor(bytes: Buffer): boolean {
  const scan = new CborScan(bytes)
  const major = bytes[0] >> 5
  return (major === cbor.map || major === cbor.array) && scan.item(0) && scan.at === bytes.length
}

class CborScan extends cbor.CborHeads {
  private values = 0

  item(depth: number): boolean {
    if (depth > nestingMax || ++this.values > valuesMax || !this.next()) return false
    switch (this.major) {
      case cbor.unsignedInteger:
      case cbor.negativeInteger:
        return !this.isIndefinite
      case cbor.byteString:
      case cbor.textString:
        return this.isIndefinite ? this.chunks(this.major) : this.string()
      case cbor.array:
        return this.items(1, depth)
      case cbor.map:
        return this.items(2, depth)
      case cbor.tag:
        return !this.isIndefinite && this.item(depth + 1)
      default:
        return this.isSimpleOrFloat()
    }
  }

  /** A break outside of an indefinite item is none, and a simple value under 32 has no byte of its own. */
  private isSimpleOrFloat(): boolean {
    return !this.isIndefinite && (this.info !== 24 || this.argument >= 32)
  }

  private string(): boolean {
    const { at, argument } = this
    if (argument > this.bytes.length - at) return false
    this.at += argument
    return this.major === cbor.byteString || isUtf8(this.bytes.subarray(at, this.at))
  }

  private chunks(major: number): boolean {
    while (!this.isBreak()) {
      if (!this.next() || this.major !== major || this.isIndefinite || !this.string()) return false
    }
    this.at++
    return true
  }

  private items(perEntry: number, depth: number): boolean {
    if (this.isIndefinite) {
      for (let count = 0; !this.isBreak() || count % perEntry !== 0; count++) if (!this.item(depth + 1)) return false
      this.at++
      return true
    }
    const count = this.argument * perEntry
    if (count > this.bytes.length - this.at) return false
    for (let i = 0; i < count; i++) if (!this.item(depth + 1)) return false
    return true
  }
}
