const textDecoder = new TextDecoder('utf-8', { fatal: true })

/** Decodes one CBOR value (RFC 8949) of an answer: all of what Kinesis answers with, and nothing tolerated behind it. */
export function decodeCbor(bytes: Buffer): unknown {
  const reader = new CborReader(bytes)
  const value = reader.value()
  if (reader.at !== bytes.length) throw new Error(`${bytes.length - reader.at} bytes after the CBOR value`)
  return value
}

const breakMark = Symbol('break')

class CborReader {
  at = 0

  constructor(private readonly bytes: Buffer) {}

  value(): unknown {
    const initial = this.bytes.readUInt8(this.at++)
    const major = initial >> 5
    const info = initial & 31
    if (major === 7) return this.simple(info)
    const length = info === 31 ? undefined : this.argument(info)
    if (major === 0) return length
    if (major === 1) return -1 - (length as number)
    if (major === 2) return this.string(2, length)
    if (major === 3) return textDecoder.decode(this.string(3, length))
    if (major === 4) return this.list(length)
    if (major === 5) return this.map(length)
    return this.value() // a tag (1: a timestamp): its content
  }

  private argument(info: number): number {
    const { bytes, at } = this
    if (info < 24) return info
    this.at += 2 ** (info - 24)
    if (info === 24) return bytes.readUInt8(at)
    if (info === 25) return bytes.readUInt16BE(at)
    if (info === 26) return bytes.readUInt32BE(at)
    if (info === 27) return Number(bytes.readBigUInt64BE(at))
    throw new Error(`CBOR length of kind ${info}`)
  }

  private string(major: number, length: number | undefined): Buffer {
    if (length !== undefined) {
      if (this.at + length > this.bytes.length) throw new Error('CBOR string passes the end')
      this.at += length
      return this.bytes.subarray(this.at - length, this.at)
    }
    const chunks: Buffer[] = []
    for (;;) {
      const initial = this.bytes.readUInt8(this.at++)
      if (initial === 0xff) return Buffer.concat(chunks)
      if (initial >> 5 !== major) throw new Error('CBOR chunk of another kind')
      chunks.push(this.string(major, this.argument(initial & 31)))
    }
  }

  private list(length: number | undefined): unknown[] {
    const items: unknown[] = []
    while (length === undefined || items.length < length) {
      const item = this.value()
      if (item === breakMark) break
      items.push(item)
    }
    return items
  }

  private map(length: number | undefined): Record<string, unknown> {
    const members: Record<string, unknown> = {}
    for (let i = 0; length === undefined || i < length; i++) {
      const name = this.value()
      if (name === breakMark) break
      members[String(name)] = this.value()
    }
    return members
  }

  private simple(info: number): unknown {
    if (info === 31) return breakMark
    if (info === 20) return false
    if (info === 21) return true
    if (info === 22) return null
    if (info === 27) {
      this.at += 8
      return this.bytes.readDoubleBE(this.at - 8)
    }
    throw new Error(`CBOR simple value ${info}`)
  }
}
