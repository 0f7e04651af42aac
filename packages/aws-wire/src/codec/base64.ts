import { TypeMismatch } from './codec.js'

const foreign = /[^A-Za-z0-9+/=]|=[^=]/
const canonicalEnd = /(?:^|[A-Za-z0-9+/]{2}|[A-Za-z0-9+/][AEIMQUYcgkosw048]=|[AQgw]==)$/

/**
 * Base64 as AWS takes it: standard alphabet, padded, and no bits left over. Node's own decoder takes much more (URL-safe
 * characters, blanks, missing padding), so what it returns proves nothing.
 */
export function base64Decoded(text: string): Buffer {
  const refuse = (reason: string) => new TypeMismatch(`'${text}' can not be converted to a Blob: ${reason}`)
  if (text.length % 4 !== 0) {
    throw refuse(`Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`)
  }
  const bad = foreign.exec(text)
  if (bad) throw refuse(`Invalid Base64 character: '${bad[0].charAt(0)}'`)
  if (!canonicalEnd.test(text.slice(-4))) throw refuse('Invalid last non-pad Base64 character dectected')
  return Buffer.from(text, 'base64')
}
