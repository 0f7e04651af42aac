import type { Codec } from '../codec.js'
import { decodeForm } from './decode.js'
import { encodeXml, encodeXmlTexts } from './encode.js'

/** What the AWS Query protocol reads and writes: a form in, the members of a result in XML out. */
export const queryCodec: Codec = {
  contentType: 'text/xml',
  // Every text is a form; parameters that nobody asks for have no meaning.
  isWellFormed: () => true,
  decode: decodeForm,
  encode: encodeXml,
  encodeTexts: encodeXmlTexts,
}
