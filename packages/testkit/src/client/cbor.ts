/** A value behind a tag; 1: a time. */
export class Tagged {
  constructor(
    readonly tag: number,
    readonly value: CborValue,
  ) {}
}

export type CborValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Tagged
  | readonly CborValue[]
  | { readonly [key: string]: CborValue }

/** `indefinite`: maps and lists as the Java SDK writes them, 0xbf … 0xff and 0x9f … 0xff. */
export type Lengths = 'definite' | 'indefinite'

/** CBOR (RFC 8949) as AWS SDKs write it, written down once more: a suite that used the server's own codec could not judge it. */
export function encodeCbor(value: CborValue, lengths: Lengths = 'definite'): Buffer {
  if (value === null) return Buffer.from([0xf6])
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4])
  if (typeof value === 'bigint') return value < 0n ? head(1, -1n - value) : head(0, value)
  if (typeof value === 'number') return Number.isInteger(value) ? encodeCbor(BigInt(value)) : float(value)
  if (typeof value === 'string') return Buffer.concat([head(3, BigInt(Buffer.byteLength(value))), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, BigInt(value.length)), value])
  if (value instanceof Tagged) return Buffer.concat([head(6, BigInt(value.tag)), encodeCbor(value.value, lengths)])
  const isList = Array.isArray(value)
  const items = isList ? (value as CborValue[]) : Object.entries(value as Record<string, CborValue>).flat()
  const encoded = items.map((item) => encodeCbor(item, lengths))
  if (lengths === 'indefinite') return Buffer.concat([Buffer.from([isList ? 0x9f : 0xbf]), ...encoded, Buffer.from([0xff])])
  return Buffer.concat([head(isList ? 4 : 5, BigInt(isList ? items.length : items.length / 2)), ...encoded])
}

/** Initial byte and argument, in the shortest form. */
function head(major: number, argument: bigint): Buffer {
  const type = major << 5
  if (argument < 24n) return Buffer.from([type | Number(argument)])
  if (argument < 0x100n) return Buffer.from([type | 24, Number(argument)])
  const bytes = argument < 0x10000n ? 2 : argument < 0x100000000n ? 4 : 8
  const buffer = Buffer.alloc(1 + bytes)
  buffer[0] = type | (bytes === 2 ? 25 : bytes === 4 ? 26 : 27)
  if (bytes === 8) buffer.writeBigUInt64BE(argument, 1)
  else buffer.writeUIntBE(Number(argument), 1, bytes)
  return buffer
}

function float(value: number): Buffer {
  const buffer = Buffer.alloc(9)
  buffer[0] = 0xfb
  buffer.writeDoubleBE(value, 1)
  return buffer
}

const stop = Symbol('break')
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The one value in `bytes`; anything after it, or missing from it, is an error. */
export function decodeCbor(bytes: Buffer): CborValue {
  const reader = new Reader(bytes)
  const value = reader.value()
  if (value === stop) throw new Error('a break outside of an indefinite item')
  if (reader.at !== bytes.length) throw new Error(`${bytes.length - reader.at} bytes after the value`)
  return value
}

class Reader {
  at = 0
  constructor(private readonly bytes: Buffer) {}

  value(): CborValue | typeof stop {
    const initial = this.bytes.readUInt8(this.at++)
    const major = initial >> 5
    const short = initial & 31
    if (initial === 0xff) return stop
    if (major === 7) return this.simple(short)
    const argument = short === 31 ? undefined : this.argument(short)
    switch (major) {
      case 0:
        return small(argument ?? 0n)
      case 1:
        return small(-1n - BigInt(argument ?? 0n))
      case 2:
        return argument === undefined ? Buffer.concat(this.items() as Uint8Array[]) : this.take(Number(argument))
      case 3:
        return argument === undefined ? (this.items() as string[]).join('') : textDecoder.decode(this.take(Number(argument)))
      case 4:
        return this.items(argument)
      case 5:
        return this.map(argument)
      default:
        return new Tagged(Number(argument), this.value() as CborValue)
    }
  }

  private argument(short: number): number | bigint {
    if (short < 24) return short
    const bytes = this.take(1 << (short - 24))
    return bytes.length === 8 ? bytes.readBigUInt64BE() : bytes.readUIntBE(0, bytes.length)
  }

  private simple(short: number): CborValue {
    if (short === 20 || short === 21) return short === 21
    if (short === 22) return null
    if (short === 26) return this.take(4).readFloatBE()
    if (short === 27) return this.take(8).readDoubleBE()
    throw new Error(`simple value ${short}`)
  }

  private items(count?: number | bigint): CborValue[] {
    const items: CborValue[] = []
    while (count === undefined || items.length < count) {
      const item = this.value()
      if (item === stop) break
      items.push(item)
    }
    return items
  }

  private map(pairs?: number | bigint): Record<string, CborValue> {
    const flat = this.items(pairs === undefined ? undefined : Number(pairs) * 2)
    const map: Record<string, CborValue> = {}
    for (let i = 0; i < flat.length; i += 2) map[String(flat[i])] = flat[i + 1] as CborValue
    return map
  }

  private take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new Error('the bytes end inside of a value')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}

function small(value: number | bigint): number | bigint {
  const isSmall = value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER
  return isSmall ? Number(value) : value
}
