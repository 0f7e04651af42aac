import type { HeaderList } from '@millrace/testkit'

/** Entries of HPACK's static table (RFC 7541, appendix A) that a POST to `/` uses. */
const methodPost = 0x83
const pathRoot = 0x84
const schemeHttp = 0x86
const nameAuthority = 0x01

/** A header block without the dynamic table and without Huffman's code: it does not depend on what was sent before. */
export function encodeHeaderBlock(headers: HeaderList, bodyBytes: number): Buffer {
  const parts: Buffer[] = [Buffer.from([methodPost, schemeHttp, pathRoot])]
  for (const [name, value] of headers) {
    if (name === 'host') parts.push(Buffer.from([nameAuthority]), literal(value))
    else parts.push(Buffer.from([0]), literal(name), literal(value))
  }
  parts.push(Buffer.from([0]), literal('content-length'), literal(String(bodyBytes)))
  return Buffer.concat(parts)
}

/** A string with its length as an integer of a 7-bit prefix. */
function literal(text: string): Buffer {
  const length = text.length < 127 ? [text.length] : prefixed(text.length - 127)
  return Buffer.concat([Buffer.from(length), Buffer.from(text, 'latin1')])
}

function prefixed(rest: number): number[] {
  const bytes = [127]
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return [...bytes, rest]
}

const indexedStatuses: Readonly<Record<number, number>> = {
  136: 200,
  137: 204,
  138: 206,
  139: 304,
  140: 400,
  141: 404,
  142: 500,
}

/**
 * The status of an answer, which every server puts first: an entry of the static table, or the name's entry and a literal. The client
 * has asked for a dynamic table of no size (before that takes effect a server may announce it: the updates are skipped).
 */
export function statusOf(block: Buffer): number {
  let at = 0
  while (at < block.length && ((block[at] as number) & 0xe0) === 0x20) at += 1 + continuationBytes(block, at, 31)
  const first = block.readUInt8(at)
  const indexed = indexedStatuses[first]
  if (indexed !== undefined) return indexed
  const isStatusName = first === 0x48 || first === 0x08 || first === 0x18
  if (!isStatusName) throw new Error(`the header block begins with ${first.toString(16)}, not with a status`)
  const header = block.readUInt8(at + 1)
  const text = block.subarray(at + 2, at + 2 + (header & 127))
  return Number(header & 128 ? huffmanDigits(text) : text.toString('latin1'))
}

function continuationBytes(block: Buffer, at: number, prefixMax: number): number {
  if (((block[at] as number) & prefixMax) !== prefixMax) return 0
  let bytes = 1
  while ((block[at + bytes] as number) & 128) bytes++
  return bytes
}

/** Digits in HPACK's Huffman code: 0 to 2 have five bits (00000 to 00010), 3 to 9 have six (011001 to 011111). */
function huffmanDigits(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  let digits = ''
  for (let at = 0; digits.length < 3 && at + 5 <= bits.length; ) {
    const short = Number.parseInt(bits.slice(at, at + 5), 2)
    if (short <= 2) {
      digits += String(short)
      at += 5
    } else {
      digits += String(Number.parseInt(bits.slice(at, at + 6), 2) - 0b011001 + 3)
      at += 6
    }
  }
  return digits
}
