import { isUtf8 } from 'node:buffer'
import { nestingMax, valuesMax } from '../codec.js'

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * Whether the bytes are exactly one JSON text (RFC 8259) in valid UTF-8, an object or array, within the bounds on
 * nesting and values. Builds nothing.
 */
export function isWellFormedJson(bytes: Uint8Array): boolean {
  const first = bytes[blanksEnd(bytes, 0)]
  return (first === openBrace || first === openBracket) && isUtf8(bytes) && new JsonScan(bytes).isOneText()
}

export function blanksEnd(bytes: Uint8Array, from: number): number {
  let at = from
  for (let byte = bytes[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = bytes[at]) at++
  return at
}

/** A string's end (the byte after its closing quote), for a string that is well-formed: its first quote that no backslash escapes. */
export function stringEnd(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(quote, from + 1)
  while (isEscaped(bytes, at)) at = bytes.indexOf(quote, at + 1)
  return at + 1
}

function isEscaped(bytes: Uint8Array, at: number): boolean {
  let backslashes = 0
  while (bytes[at - 1 - backslashes] === backslash) backslashes++
  return backslashes % 2 === 1
}

class JsonScan {
  private at = 0
  /** What each open container ends with. */
  private readonly closers = new Uint8Array(nestingMax)
  private depth = 0

  constructor(private readonly bytes: Uint8Array) {}

  isOneText(): boolean {
    for (let values = 0; values < valuesMax; values++) {
      if (!this.value()) return false
      if (!this.afterValue()) return false
      if (this.depth === 0) return blanksEnd(this.bytes, this.at) === this.bytes.length
    }
    return false
  }

  /** Passes one scalar, an empty container, or the opening of a container up to its first value. */
  private value(): boolean {
    this.at = blanksEnd(this.bytes, this.at)
    switch (this.bytes[this.at]) {
      case openBrace:
        return this.open(closeBrace)
      case openBracket:
        return this.open(closeBracket)
      case quote:
        return this.string()
      case 0x74:
        return this.word('true')
      case 0x66:
        return this.word('false')
      case 0x6e:
        return this.word('null')
      default:
        return this.number()
    }
  }

  private open(closer: number): boolean {
    if (this.depth === nestingMax) return false
    this.at = blanksEnd(this.bytes, this.at + 1)
    this.closers[this.depth++] = closer
    if (this.bytes[this.at] === closer) return true
    if (closer === closeBrace && !this.memberName()) return false
    return this.value()
  }

  /** Passes all that closes after a value, and the comma before the next. */
  private afterValue(): boolean {
    while (this.depth > 0) {
      const closer = this.closers[this.depth - 1]
      this.at = blanksEnd(this.bytes, this.at)
      const byte = this.bytes[this.at++]
      if (byte === closer) this.depth--
      else if (byte !== comma) return false
      else if (closer === closeBracket) return true
      else {
        this.at = blanksEnd(this.bytes, this.at)
        return this.memberName()
      }
    }
    return true
  }

  private memberName(): boolean {
    if (this.bytes[this.at] !== quote || !this.string()) return false
    this.at = blanksEnd(this.bytes, this.at)
    return this.bytes[this.at++] === colon
  }

  private string(): boolean {
    const { bytes } = this
    let at = this.at + 1
    for (;;) {
      const byte = bytes[at]
      if (byte === quote) break
      if (byte === undefined || byte < 0x20) return false
      if (byte !== backslash) at++
      else if (bytes[at + 1] === 0x75) {
        for (let digit = 2; digit < 6; digit++) if (!isHexDigit(bytes[at + digit])) return false
        at += 6
      } else if (isEscape(bytes[at + 1])) at += 2
      else return false
    }
    this.at = at + 1
    return true
  }

  private word(word: string): boolean {
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word.charCodeAt(i)) return false
    this.at += word.length
    return true
  }

  private number(): boolean {
    if (this.bytes[this.at] === 0x2d) this.at++
    if (this.bytes[this.at] === 0x30) this.at++
    else if (!this.digits()) return false
    if (this.bytes[this.at] === 0x2e) {
      this.at++
      if (!this.digits()) return false
    }
    if (this.bytes[this.at] === 0x65 || this.bytes[this.at] === 0x45) {
      this.at++
      if (this.bytes[this.at] === 0x2b || this.bytes[this.at] === 0x2d) this.at++
      if (!this.digits()) return false
    }
    return true
  }

  private digits(): boolean {
    const from = this.at
    for (let byte = this.bytes[this.at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = this.bytes[this.at]) this.at++
    return this.at > from
  }
}

function isHexDigit(byte = 0): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}

/** `"` `\` `/` `b` `f` `n` `r` `t` */
function isEscape(byte = 0): boolean {
  return '"\\/bfnrt'.includes(String.fromCharCode(byte))
}
