import type { Format } from '../payload/put-body.js'

/** Members beside the long list come first or last: there they are looked for before the whole answer is searched. */
const edgeBytes = 1024

/** The value of a string member of an answer, without parsing the answer; undefined where it has none. */
export function scanText(body: Buffer, format: Format, name: string): string | undefined {
  if (format === 'json') return scanJson(body, new RegExp(`"${name}" ?: ?"([^"]*)"`))
  const at = cborMemberAt(body, name)
  if (at < 0) return undefined
  const initial = body.readUInt8(at)
  if (initial === 0x78) return body.toString('latin1', at + 2, at + 2 + body.readUInt8(at + 1))
  if (initial === 0x79) return body.toString('latin1', at + 3, at + 3 + body.readUInt16BE(at + 1))
  return initial >> 5 === 3 ? body.toString('latin1', at + 1, at + 1 + (initial & 31)) : undefined
}

/** The same for a member that is an integer and not negative. */
export function scanInteger(body: Buffer, format: Format, name: string): number | undefined {
  if (format === 'json') {
    const digits = scanJson(body, new RegExp(`"${name}" ?: ?([0-9]+)`))
    return digits === undefined ? undefined : Number(digits)
  }
  const at = cborMemberAt(body, name)
  if (at < 0 || body.readUInt8(at) >> 5 !== 0) return undefined
  const info = body.readUInt8(at) & 31
  if (info < 24) return info
  if (info === 27) return Number(body.readBigUInt64BE(at + 1))
  return body.readUIntBE(at + 1, 2 ** (info - 24))
}

function scanJson(body: Buffer, pattern: RegExp): string | undefined {
  const tail = body.toString('latin1', Math.max(0, body.length - edgeBytes))
  const found = pattern.exec(tail) ?? pattern.exec(body.toString('latin1', 0, edgeBytes))
  if (found || body.length <= edgeBytes) return found?.[1]
  return pattern.exec(body.toString('latin1'))?.[1]
}

/** Where the value of a member begins; −1 where it is not found. */
function cborMemberAt(body: Buffer, name: string): number {
  const key = Buffer.concat([Buffer.from([0x60 | name.length]), Buffer.from(name)])
  const tailAt = Math.max(0, body.length - edgeBytes)
  const inTail = body.subarray(tailAt).indexOf(key)
  if (inTail >= 0) return tailAt + inTail + key.length
  const at = body.indexOf(key)
  return at < 0 ? -1 : at + key.length
}
