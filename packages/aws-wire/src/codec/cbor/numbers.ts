/** A float of 16 bits (RFC 8949, appendix D). */
export function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 31
  const mantissa = bits & 1023
  const size = sizeOf(exponent, mantissa)
  return bits & 0x8000 ? -size : size
}

function sizeOf(exponent: number, mantissa: number): number {
  if (exponent === 0) return mantissa * 2 ** -24
  if (exponent === 31) return mantissa === 0 ? Number.POSITIVE_INFINITY : Number.NaN
  return (mantissa + 1024) * 2 ** (exponent - 25)
}

/** The unsigned big-endian number of a bignum's bytes, as the nearest double or infinity. */
export function bigNumber(bytes: Uint8Array): number {
  let value = 0
  for (const byte of bytes) {
    value = value * 256 + byte
    if (value === Number.POSITIVE_INFINITY) break
  }
  return value
}
