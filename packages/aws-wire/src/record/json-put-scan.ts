import { Base64Spans, base64SpanLength } from './base64-span.js'
import type { PutSource } from './put-records.js'
import { type PutMember, PutScan, putMembers } from './put-scan.js'
import type { DataSpans } from './put-spans.js'

// Also in `codec/json`, on purpose: a constant that is imported is a load each time, which costs this scan a tenth.
const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** With the closing quote. */
const members = putMembers((name) => new Uint8Array(Buffer.from(`${name}"`)))
const trueWord = new Uint8Array(Buffer.from('true'))
const falseWord = new Uint8Array(Buffer.from('false'))

/** The records of a PutRecords request in JSON; undefined: the interpreter's. That data is base64 is proved by decoding it. */
export function scanPutRecordsJson(body: Buffer): PutSource | undefined {
  return new JsonPutScan(body, members).putRecords()
}

export function scanPutRecordJson(body: Buffer): PutSource | undefined {
  return new JsonPutScan(body, members).putRecord()
}

class JsonPutScan extends PutScan {
  protected request(members: readonly PutMember[]): boolean {
    let seen = 0
    if (!this.take(openBrace)) return false
    do {
      if (!this.take(quote)) return false
      const member = this.memberOf(members, seen)
      if (member < 0 || !members[member].read(this)) return false
      seen |= 1 << member
    } while (this.take(comma))
    return this.take(closeBrace) && this.isAtEnd() && (seen & 1) !== 0
  }

  records(): boolean {
    if (!this.take(openBracket)) return false
    do if (!this.record(this.beginRecord())) return false
    while (this.take(comma))
    return this.take(closeBracket)
  }

  private record(at: number): boolean {
    if (at < 0 || !this.take(openBrace)) return false
    do if (!this.take(quote) || !this.recordMember(at)) return false
    while (this.take(comma))
    return this.take(closeBrace) && this.hasData(at)
  }

  data(at: number): boolean {
    if (!this.take(quote)) return false
    const from = this.at
    const to = this.body.indexOf(quote, from)
    if (to < 0) return false
    this.at = to + 1
    const bytes = base64SpanLength(this.body, from, to)
    return bytes >= 0 && this.keepData(at, from, to, bytes)
  }

  protected dataSpans(): DataSpans {
    return new Base64Spans(this.body)
  }

  dryRun(): boolean {
    this.blanks()
    this.fields.dryRun = this.word(trueWord)
    return this.fields.dryRun || this.word(falseWord)
  }

  protected name(name: Uint8Array): boolean {
    return this.word(name) && this.take(colon)
  }

  /** Of a string without escapes. */
  protected text(): number {
    if (!this.take(quote)) return -1
    const { body, at: from } = this
    const end = body.length
    let to = from
    for (; to < end; to++) {
      const byte = body[to]
      if (byte === quote) break
      if (byte === backslash || byte < 0x20) return -1
    }
    if (to === end) return -1
    this.to = to
    this.at = to + 1
    return from
  }

  private word(word: Uint8Array): boolean {
    const { body, at } = this
    for (let i = 0; i < word.length; i++) if (body[at + i] !== word[i]) return false
    this.at = at + word.length
    return true
  }

  private take(byte: number): boolean {
    if (this.body[this.at] !== byte) {
      this.blanks()
      if (this.body[this.at] !== byte) return false
    }
    this.at++
    return true
  }

  private isAtEnd(): boolean {
    this.blanks()
    return this.at === this.body.length
  }

  private blanks(): void {
    const { body } = this
    while (this.at < body.length && isBlank(body[this.at])) this.at++
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}
