import type { Codec } from '../codec.js'
import { decodeCbor } from './decode.js'
import { encodeCbor, encodeCborTexts } from './encode.js'
import { isWellFormedCbor } from './well-formed.js'

/** The CBOR form of AWS JSON 1.1, which AWS's Java SDK uses for Kinesis. */
export const cborCodec: Codec = {
  contentType: 'application/x-amz-cbor-1.1',
  isWellFormed: isWellFormedCbor,
  decode: decodeCbor,
  encode: encodeCbor,
  encodeTexts: encodeCborTexts,
}
