/** Writes the part of CBOR (RFC 8949) that requests of the load generator need, into one buffer of a given size. */
export class CborWriter {
  private readonly target: Buffer
  private at = 0

  constructor(bytesMax: number) {
    this.target = Buffer.allocUnsafe(bytesMax)
  }

  /** A map of indefinite length. */
  beginMap(): this {
    return this.byte(0xbf)
  }

  /** A list of indefinite length. */
  beginList(): this {
    return this.byte(0x9f)
  }

  end(): this {
    return this.byte(0xff)
  }

  text(value: string): this {
    this.header(3, Buffer.byteLength(value))
    this.at += this.target.write(value, this.at, 'utf8')
    return this
  }

  bytes(value: Uint8Array): this {
    this.header(2, value.length)
    this.target.set(value, this.at)
    this.at += value.length
    return this
  }

  /** Not negative. */
  integer(value: number): this {
    this.header(0, value)
    return this
  }

  finish(): Buffer {
    return this.target.subarray(0, this.at)
  }

  private byte(value: number): this {
    this.at = this.target.writeUInt8(value, this.at)
    return this
  }

  private header(major: number, value: number): void {
    if (value < 24) this.byte((major << 5) | value)
    else if (value < 0x100) this.at = this.byte((major << 5) | 24).target.writeUInt8(value, this.at)
    else if (value < 0x10000) this.at = this.byte((major << 5) | 25).target.writeUInt16BE(value, this.at)
    else this.at = this.byte((major << 5) | 26).target.writeUInt32BE(value, this.at)
  }
}
