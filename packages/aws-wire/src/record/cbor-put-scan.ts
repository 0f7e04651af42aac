import { array, breakByte, byteString, falseByte, map, textString, trueByte } from '../codec/cbor/heads.js'
import type { PutSource } from './put-records.js'
import { type PutMember, PutScan, putMembers } from './put-scan.js'
import type { DataSpans } from './put-spans.js'

/** First bytes of the major types, without their low five bits. */
const byteStrings = byteString << 5
const textStrings = textString << 5
const arrays = array << 5
const maps = map << 5

/** With the head of the text. */
const members = putMembers((name) => {
  const head = name.length < 24 ? [textStrings + name.length] : [textStrings + 24, name.length]
  return Uint8Array.from([...head, ...Buffer.from(name)])
})

/** The records of a PutRecords request in CBOR, with containers of definite or indefinite length; undefined: the interpreter's. */
export function scanPutRecordsCbor(body: Buffer): PutSource | undefined {
  return new CborPutScan(body, members).putRecords()
}

export function scanPutRecordCbor(body: Buffer): PutSource | undefined {
  return new CborPutScan(body, members).putRecord()
}

/** Byte strings stand in the body as they are. */
class ByteSpans implements DataSpans {
  constructor(private readonly body: Buffer) {}

  decode(from: number, to: number, _: number, target: Buffer, at: number): boolean {
    this.body.copy(target, at, from, to)
    return true
  }
}

/** What `container` returns for one that ends with a break. */
const indefinite = -1

class CborPutScan extends PutScan {
  private isUnusual = false

  protected request(members: readonly PutMember[]): boolean {
    let seen = 0
    let left = this.container(maps)
    for (; this.hasEntry(left); left--) {
      const member = this.memberOf(members, seen)
      if (member < 0 || !members[member].read(this)) return false
      seen |= 1 << member
    }
    return this.end(left) && this.at === this.body.length && (seen & 1) !== 0
  }

  records(): boolean {
    let left = this.container(arrays)
    if (!this.hasEntry(left)) return false
    for (; this.hasEntry(left); left--) if (!this.record(this.beginRecord())) return false
    return this.end(left)
  }

  private record(at: number): boolean {
    if (at < 0) return false
    let left = this.container(maps)
    for (; this.hasEntry(left); left--) if (!this.recordMember(at)) return false
    return this.end(left) && this.hasData(at)
  }

  /** Passes the head of a container; returns how many entries it has. */
  private container(type: number): number {
    const { body } = this
    const info = body[this.at++] - type
    if (info >= 0 && info < 24) return info
    if (info === 24) return body[this.at++]
    if (info === 31) return indefinite
    this.isUnusual = true
    return 0
  }

  private hasEntry(left: number): boolean {
    return left > 0 || (left < 0 && this.body[this.at] !== breakByte)
  }

  /** Passes what ends a container all of whose entries have been passed. */
  private end(left: number): boolean {
    if (left < 0) this.at++
    return !this.isUnusual
  }

  data(at: number): boolean {
    const from = this.string(byteStrings)
    return from >= 0 && this.keepData(at, from, this.to, this.to - from)
  }

  protected dataSpans(): DataSpans {
    return new ByteSpans(this.body)
  }

  dryRun(): boolean {
    const byte = this.body[this.at++]
    this.fields.dryRun = byte === trueByte
    return byte === trueByte || byte === falseByte
  }

  protected name(name: Uint8Array): boolean {
    const { body, at } = this
    for (let i = 0; i < name.length; i++) if (body[at + i] !== name[i]) return false
    this.at = at + name.length
    return true
  }

  protected text(): number {
    return this.string(textStrings)
  }

  /** Of a string in one piece, with a length of up to 32 bits. */
  private string(type: number): number {
    const { body, at } = this
    const info = body[at] - type
    const from = at + 1 + (info < 24 ? 0 : 1 << (info - 24))
    if (!(info >= 0 && info <= 26) || from > body.length) return -1
    let length = info
    if (info === 24) length = body[at + 1]
    else if (info === 25) length = (body[at + 1] << 8) | body[at + 2]
    else if (info === 26) length = body.readUInt32BE(at + 1)
    if (length > body.length - from) return -1
    this.at = this.to = from + length
    return from
  }
}
