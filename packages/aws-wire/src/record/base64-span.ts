import { withSlices } from '../codec/native-slices.js'

/**
 * Base64 that stands in a body, decoded straight to its target. Takes exactly what the model's interpreter takes (`base64.ts`):
 * `base64SpanLength` looks at the end of a span and costs nothing, decoding proves the rest.
 */

/** What Node decodes but AWS refuses. */
const dash = 0x2d
const underscore = 0x5f
const pad = 0x3d

/** The six bits that a character stands for; −1 where it is none of the alphabet. */
const sextets = new Int32Array(256).fill(-1)
'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.split('').forEach((character, sextet) => {
  sextets[character.charCodeAt(0)] = sextet
})

/** Above this the native decoder is faster than a loop: its price is that of the call. */
const loopCharactersMax = 160
/** Strings of this size come from the young generation; a string of the whole of a large span would cost its page faults. */
const sliceCharacters = 8192

/** Decoded bytes of the span; −1 where its end shows that AWS would refuse it. */
export function base64SpanLength(body: Buffer, from: number, to: number): number {
  const characters = to - from
  if (characters === 0) return 0
  if ((characters & 3) !== 0) return -1
  const bytes = (characters >> 2) * 3
  if (body[to - 1] !== pad) return bytes
  if (body[to - 2] !== pad) return (sextets[body[to - 2]] & 3) === 0 ? bytes - 1 : -1
  return (sextets[body[to - 3]] & 15) === 0 ? bytes - 2 : -1
}

function decodeByLoop(body: Buffer, from: number, to: number, bytes: number, target: Buffer, at: number): boolean {
  const whole = bytes - (bytes % 3)
  const end = at + whole
  let bits = 0
  let source = from
  for (let next = at; next < end; next += 3, source += 4) {
    const group =
      (sextets[body[source]] << 18) |
      (sextets[body[source + 1]] << 12) |
      (sextets[body[source + 2]] << 6) |
      sextets[body[source + 3]]
    bits |= group
    target[next] = group >> 16
    target[next + 1] = group >> 8
    target[next + 2] = group
  }
  if (source === to) return bits >= 0
  const high = sextets[body[source]] | sextets[body[source + 1]]
  const group = (sextets[body[source]] << 18) | (sextets[body[source + 1]] << 12)
  target[end] = group >> 16
  if (bytes - whole === 1) return (bits | high) >= 0
  const third = sextets[body[source + 2]]
  target[end + 1] = (group | (third << 6)) >> 8
  return (bits | high | third) >= 0
}

/** Every character but those of the alphabet makes the result shorter, apart from the URL-safe ones. */
function decodeNatively(body: Buffer, from: number, to: number, bytes: number, target: Buffer, at: number): boolean {
  const source = withSlices(body)
  const sink = withSlices(target)
  let written = 0
  for (let start = from; start < to; start += sliceCharacters) {
    const end = Math.min(to, start + sliceCharacters)
    written += sink.base64Write(source.latin1Slice(start, end), at + written, bytes - written)
  }
  return written === bytes
}

/** Decodes the spans of one body. */
export class Base64Spans {
  private readonly dashes: ByteSearch
  private readonly underscores: ByteSearch

  constructor(private readonly body: Buffer) {
    this.dashes = new ByteSearch(body, dash)
    this.underscores = new ByteSearch(body, underscore)
  }

  /** `bytes`: what `base64SpanLength` said of it. False: a character is none of the alphabet, and the target holds nothing useful. */
  decode(from: number, to: number, bytes: number, target: Buffer, at: number): boolean {
    if (to - from <= loopCharactersMax) return decodeByLoop(this.body, from, to, bytes, target, at)
    if (this.dashes.isIn(from, to) || this.underscores.isIn(from, to)) return false
    return decodeNatively(this.body, from, to, bytes, target, at)
  }
}

/** Whether a byte stands in a span. What was found last tells about all before it, so a body without the byte is searched once. */
class ByteSearch {
  private from = 0
  private foundAt = -1

  constructor(
    private readonly body: Buffer,
    private readonly byte: number,
  ) {}

  isIn(from: number, to: number): boolean {
    if (from < this.from || from > this.foundAt) {
      this.from = from
      const at = this.body.indexOf(this.byte, from)
      this.foundAt = at < 0 ? this.body.length : at
    }
    return this.foundAt < to
  }
}
