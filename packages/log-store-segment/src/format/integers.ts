/** Integers up to 2^53 − 1 as 8 bytes, little-endian: `BigInt` would cost an allocation for each. */
export function writeU64(target: Buffer, value: number, at: number): void {
  target.writeUInt32LE(value % 0x1_0000_0000, at)
  target.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4)
}

export function readU64(source: Buffer, at: number): number {
  return source.readUInt32LE(at) + source.readUInt32LE(at + 4) * 0x1_0000_0000
}
