import { TypeMismatch } from './codec.js'

const foreign = /[^A-Za-z0-9+/=]|=[^=]/
const canonicalEnd = /(?:^|[A-Za-z0-9+/]{2}|[A-Za-z0-9+/][AEIMQUYcgkosw048]=|[AQgw]==)$/

/**
 * Base64 as AWS takes it: standard alphabet, padded, and no bits left over. Node's own decoder takes much more (URL-safe
 * characters, blanks, missing padding): that it finds as many bytes as there should be proves all but the URL-safe ones.
 */
export function base64Decoded(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  const isWhole = text.length % 4 === 0 && bytes.length === decodedLength(text) && canonicalEnd.test(text.slice(-4))
  if (isWhole && !text.includes('-') && !text.includes('_')) return bytes
  throw new TypeMismatch(`'${text}' can not be converted to a Blob: ${refusal(text)}`)
}

/** Of text that is what it should be. */
function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return (text.length / 4) * 3 - padding
}

function refusal(text: string): string {
  if (text.length % 4 !== 0) return `Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`
  const bad = foreign.exec(text)
  return bad ? `Invalid Base64 character: '${bad[0].charAt(0)}'` : 'Invalid last non-pad Base64 character dectected'
}
