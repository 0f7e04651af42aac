import type { SeededRandom } from './random.js'

/** Bytes that mean something in JSON or CBOR. */
const meaningful = Buffer.from([
  ...Buffer.from('{}[]",:\\/u0=-_+n \n'),
  0,
  0x1f,
  0x40,
  0x5f,
  0x7f,
  0x80,
  0x9f,
  0xbf,
  0xc1,
  0xf6,
  0xff,
])

/** A body with one to three small damages: bytes changed, put in, taken out, repeated, or the end cut off. */
export function mutated(body: Buffer, random: SeededRandom): Buffer {
  let result = Buffer.from(body)
  for (let left = 1 + random.below(3); left > 0; left--) result = damaged(result, random)
  return result
}

function damaged(body: Buffer, random: SeededRandom): Buffer<ArrayBuffer> {
  const at = random.below(body.length + 1)
  const byte = random.chance(70) ? random.pick([...meaningful]) : random.below(256)
  const [before, after] = [body.subarray(0, at), body.subarray(at)]
  switch (random.below(5)) {
    case 0:
      return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)])
    case 1:
      return Buffer.concat([before, Buffer.from([byte]), after])
    case 2:
      return Buffer.concat([before, after.subarray(1 + random.below(8))])
    case 3:
      return Buffer.concat([before, before.subarray(-random.below(40)), after])
    default:
      return random.chance(20) ? Buffer.from(before) : Buffer.concat([before, after.subarray(1)])
  }
}
