import { HeadHeaders } from './head-headers.js'
import type { WireHeaders } from './request.js'

/** A request's head within the strict subset that is read here. */
export interface Head {
  readonly method: string
  readonly target: string
  readonly headers: WireHeaders
  /** 0 where none is declared. */
  readonly contentLength: number
  readonly keepAlive: boolean
  /** Where in the buffer the body begins. */
  readonly end: number
}

/**
 * `incomplete`: more bytes are needed. `foreign`: perhaps valid, yet outside the subset (Expect, chunked, Upgrade, HTTP/1.0,
 * unusual methods and targets): for `node:http`. `ambiguous`: two readers could take it for different requests.
 */
export type HeadOutcome = Head | HeadFault
export type HeadFault = 'incomplete' | 'foreign' | 'ambiguous' | 'tooLarge'

const CR = 0x0d
const LF = 0x0a
const SP = 0x20
const TAB = 0x09
const COLON = 0x3a
const SLASH = 0x2f

/** Bytes of a header's name (RFC 9110, `tchar`). */
const inName = new Uint8Array(256)
for (const byte of Buffer.from("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) inName[byte] = 1
/** Bytes of a header's value: all but the control characters, to which the tab does not count. */
const inValue = Uint8Array.from({ length: 256 }, (_, byte) => ((byte >= SP && byte !== 0x7f) || byte === TAB ? 1 : 0))
const inTarget = Uint8Array.from({ length: 256 }, (_, byte) => (byte > SP && byte < 0x7f ? 1 : 0))

const methods = ['POST', 'GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'].map((name) => Buffer.from(`${name} `))
const version = Buffer.from('HTTP/1.1\r\n')

/**
 * Reads the head that starts at `start`, at most 64 KiB and 1,024 headers of it: one pass over the bytes; names and values are
 * only marked, and become strings when somebody asks for them.
 */
export function readHead(bytes: Buffer, start: number, limits: { headBytesMax: number; headersMax: number }): HeadOutcome {
  const fault = scan.head(bytes, start, limits)
  return fault ?? scan.result()
}

/** One scan at a time: its fields are the scan's variables, kept so that a request allocates none of them. */
class HeadScan {
  private bytes: Buffer = Buffer.alloc(0)
  private start = 0
  private at = 0
  /** Behind the last byte that may belong to the head. */
  private end = 0
  private methodEnd = 0
  private targetStart = 0
  private targetEnd = 0
  /** Start and end of each name and value, relative to the head's start. */
  private readonly marks = new Uint16Array(4 * 1024)
  private marked = 0
  private contentLength = -1
  private keepAlive = true
  private hosts = 0
  private connections = 0
  private chunked = false
  private foreign = false

  head(bytes: Buffer, start: number, limits: { headBytesMax: number; headersMax: number }): HeadFault | undefined {
    this.bytes = bytes
    this.start = start
    this.at = start
    this.end = Math.min(bytes.length, start + limits.headBytesMax)
    this.marked = 0
    this.contentLength = -1
    this.keepAlive = true
    this.hosts = 0
    this.connections = 0
    this.chunked = false
    this.foreign = false
    const fault = this.requestLine() ?? this.headerLines(limits.headersMax) ?? this.verdict()
    return fault === 'incomplete' && this.end < bytes.length ? 'tooLarge' : fault
  }

  result(): Head {
    const { bytes, start } = this
    const text = bytes.toString('latin1', start, this.at)
    return {
      method: text.slice(0, this.methodEnd - start),
      target: text.slice(this.targetStart - start, this.targetEnd - start),
      headers: new HeadHeaders(text, this.marks.slice(0, this.marked)),
      contentLength: Math.max(this.contentLength, 0),
      keepAlive: this.keepAlive,
      end: this.at,
    }
  }

  private requestLine(): HeadFault | undefined {
    const method = methods.find((candidate) => this.startsWith(candidate))
    if (method === undefined) return methods.some((candidate) => this.mayBecome(candidate)) ? 'incomplete' : 'foreign'
    this.methodEnd = this.at + method.length - 1
    this.targetStart = this.at = this.methodEnd + 1
    if (this.at < this.end && this.bytes[this.at] !== SLASH) return 'foreign'
    while (this.at < this.end && inTarget[this.bytes[this.at] as number] === 1) this.at++
    if (this.at >= this.end) return 'incomplete'
    if (this.bytes[this.at] !== SP) return 'foreign'
    this.targetEnd = this.at++
    if (!this.startsWith(version)) return this.mayBecome(version) ? 'incomplete' : 'foreign'
    this.at += version.length
    return undefined
  }

  private startsWith(text: Buffer): boolean {
    if (this.end - this.at < text.length) return false
    for (let i = 0; i < text.length; i++) if (this.bytes[this.at + i] !== text[i]) return false
    return true
  }

  private mayBecome(text: Buffer): boolean {
    const length = Math.min(this.end - this.at, text.length)
    return length < text.length && text.compare(this.bytes, this.at, this.at + length, 0, length) === 0
  }

  private headerLines(headersMax: number): HeadFault | undefined {
    for (;;) {
      if (this.at + 1 >= this.end)
        return this.at < this.end && inName[this.bytes[this.at] as number] !== 1 && this.bytes[this.at] !== CR
          ? 'ambiguous'
          : 'incomplete'
      if (this.bytes[this.at] === CR) {
        if (this.bytes[this.at + 1] !== LF) return 'ambiguous'
        this.at += 2
        return undefined
      }
      const fault = this.headerLine()
      if (fault !== undefined) return fault
      if (this.marked > 4 * headersMax) return 'tooLarge'
    }
  }

  /** A folded line, a blank before the colon, a bare CR or LF or any other control character: all ambiguous. */
  private headerLine(): HeadFault | undefined {
    const { bytes, end } = this
    let at = this.at
    const nameStart = at
    while (at < end && inName[bytes[at] as number] === 1) at++
    if (at >= end) return 'incomplete'
    if (bytes[at] !== COLON || at === nameStart) return 'ambiguous'
    const nameEnd = at++
    while (at < end && (bytes[at] === SP || bytes[at] === TAB)) at++
    const valueStart = at
    while (at < end && inValue[bytes[at] as number] === 1) at++
    if (at >= end) return 'incomplete'
    if (bytes[at] !== CR) return 'ambiguous'
    if (at + 1 >= end) return 'incomplete'
    if (bytes[at + 1] !== LF) return 'ambiguous'
    let valueEnd = at
    while (valueEnd > valueStart && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === TAB)) valueEnd--
    this.at = at + 2
    this.mark(nameStart, nameEnd, valueStart, valueEnd)
    return this.note(nameStart, nameEnd, valueStart, valueEnd)
  }

  private mark(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const { marks, start } = this
    marks[this.marked] = nameStart - start
    marks[this.marked + 1] = nameEnd - start
    marks[this.marked + 2] = valueStart - start
    marks[this.marked + 3] = valueEnd - start
    this.marked += 4
  }

  /** Looks at the few headers that decide where the request ends and what becomes of the connection. */
  private note(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): HeadFault | undefined {
    switch (nameEnd - nameStart) {
      case 4:
        if (this.equals(nameStart, nameEnd, 'host') && ++this.hosts > 1) return 'ambiguous'
        return undefined
      case 6:
        if (this.equals(nameStart, nameEnd, 'expect')) this.foreign = true
        return undefined
      case 7:
        if (this.equals(nameStart, nameEnd, 'upgrade')) this.foreign = true
        return undefined
      case 10:
        if (this.equals(nameStart, nameEnd, 'connection')) this.noteConnection(valueStart, valueEnd)
        return undefined
      case 14:
        return this.equals(nameStart, nameEnd, 'content-length') ? this.noteLength(valueStart, valueEnd) : undefined
      case 16:
        if (this.equals(nameStart, nameEnd, 'proxy-connection')) this.foreign = true
        return undefined
      case 17:
        if (this.equals(nameStart, nameEnd, 'transfer-encoding')) this.chunked = true
        return undefined
      default:
        return undefined
    }
  }

  private noteConnection(valueStart: number, valueEnd: number): void {
    if (++this.connections > 1) this.foreign = true
    else if (this.equals(valueStart, valueEnd, 'close')) this.keepAlive = false
    else if (!this.equals(valueStart, valueEnd, 'keep-alive')) this.foreign = true
  }

  /** Digits alone, and once: a sign, a blank, a list or a second length is how one request is made to look like two. */
  private noteLength(valueStart: number, valueEnd: number): HeadFault | undefined {
    if (this.contentLength >= 0 || valueEnd === valueStart) return 'ambiguous'
    let length = 0
    for (let at = valueStart; at < valueEnd; at++) {
      const digit = (this.bytes[at] as number) - 0x30
      if (digit < 0 || digit > 9) return 'ambiguous'
      length = length * 10 + digit
    }
    this.contentLength = length
    return undefined
  }

  private verdict(): HeadFault | undefined {
    if (this.chunked && this.contentLength >= 0) return 'ambiguous'
    // A missing Host is an error too, which `node:http` words.
    return this.foreign || this.chunked || this.hosts === 0 ? 'foreign' : undefined
  }

  /** Without regard to case; `lower` is in lower case. */
  private equals(start: number, end: number, lower: string): boolean {
    if (end - start !== lower.length) return false
    for (let i = 0; i < lower.length; i++) {
      const byte = this.bytes[start + i] as number
      if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== lower.charCodeAt(i)) return false
    }
    return true
  }
}

const scan = new HeadScan()
