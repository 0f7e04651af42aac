import type { Codec } from '../codec.js'
import { decodeJson } from './decode.js'
import { encodeJson } from './encode.js'
import { isWellFormedJson } from './well-formed.js'

/** JSON as the AWS JSON 1.1 protocol writes it. */
export const jsonCodec: Codec = {
  contentType: 'application/x-amz-json-1.1',
  isWellFormed: isWellFormedJson,
  decode: decodeJson,
  encode: encodeJson,
  encodeTexts: (texts) => Buffer.from(JSON.stringify(texts)),
}
