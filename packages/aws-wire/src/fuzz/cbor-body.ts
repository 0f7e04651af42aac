import { CborWriter } from '../codec/cbor/writer.js'
import type { PutInput } from './put-input.js'
import type { SeededRandom } from './random.js'

const textStrings = 3
const byteStrings = 2
const arrays = 4
const maps = 5
const breakByte = 0xff

/** Writes a put as CBOR in one of the many ways to write it: lengths definite or not, and, where `oddity` says so, chunks, tags, wide heads. */
export function cborBody(input: PutInput, random: SeededRandom, oddity: number): Buffer {
  const writer = new CborWriter()
  writeValue(input, writer, random, oddity)
  return writer.written()
}

function writeValue(value: unknown, writer: CborWriter, random: SeededRandom, oddity: number): void {
  if (random.chance(oddity / 8)) writer.head(6, random.pick([0, 1, 2, 55_799]))
  if (Buffer.isBuffer(value)) writeString(byteStrings, value, writer, random, oddity)
  else if (typeof value === 'string') writeString(textStrings, Buffer.from(value), writer, random, oddity)
  else if (Array.isArray(value)) {
    writeContainer(arrays, value.length, writer, random, () => {
      for (const element of value) writeValue(element, writer, random, oddity)
    })
  } else if (value !== null && typeof value === 'object') writeMembers(Object.entries(value), writer, random, oddity)
  else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) writer.integer(value)
    else writer.double(value)
  } else writer.byte(value === null ? random.pick([0xf6, 0xf7]) : value === true ? 0xf5 : 0xf4)
}

function writeMembers(members: [string, unknown][], writer: CborWriter, random: SeededRandom, oddity: number): void {
  const all = random.shuffled(members)
  if (all.length > 0 && random.chance(oddity / 4)) all.push(random.pick(all))
  writeContainer(maps, all.length, writer, random, () => {
    for (const [name, member] of all) {
      writeString(textStrings, Buffer.from(name), writer, random, oddity / 4)
      writeValue(member, writer, random, oddity)
    }
  })
}

function writeContainer(major: number, count: number, writer: CborWriter, random: SeededRandom, write: () => void): void {
  const isIndefinite = random.chance(50)
  if (isIndefinite) writer.byte((major << 5) | 31)
  else writer.head(major, count)
  write()
  if (isIndefinite) writer.byte(breakByte)
}

function writeString(major: number, bytes: Buffer, writer: CborWriter, random: SeededRandom, oddity: number): void {
  const choice = random.below(100)
  if (choice < oddity / 2) {
    const half = major === byteStrings ? bytes.length >> 1 : 0
    writer.byte((major << 5) | 31)
    writePiece(major, bytes.subarray(0, half), writer)
    writePiece(major, bytes.subarray(half), writer)
    writer.byte(breakByte)
  } else if (choice < oddity) writeWide(major, bytes, writer)
  else writePiece(major, bytes, writer)
}

function writePiece(major: number, bytes: Buffer, writer: CborWriter): void {
  writer.head(major, bytes.length)
  for (const byte of bytes) writer.byte(byte)
}

/** A length of 64 bits, which nobody needs and everybody may write. */
function writeWide(major: number, bytes: Buffer, writer: CborWriter): void {
  writer.byte((major << 5) | 27)
  for (let i = 7; i >= 0; i--) writer.byte(Math.floor(bytes.length / 2 ** (8 * i)) & 255)
  for (const byte of bytes) writer.byte(byte)
}
