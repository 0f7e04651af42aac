import type { ShapeNode, StructureNode } from '../shape/shape-node.js'

/**
 * Bytes to values and back, by the shapes of the model: structures are objects with the model's member names, blobs are
 * Uint8Array, timestamps Date, all numbers number. Absent and null are the same: the member is left out. A codec does not know
 * where in a request its bytes stood; that is the protocol's.
 */
export interface Codec {
  readonly contentType: string
  /** Whether the bytes are one complete value within all bounds; builds nothing. */
  isWellFormed(bytes: Buffer): boolean
  /** Reads well-formed bytes as a value of the shape. Unknown members are ignored; constraints are not looked at. */
  decode(bytes: Buffer, shape: StructureNode): Decoded
  encode(value: unknown, shape: ShapeNode): Buffer
  /** Errors have no shape of their own on the wire: a map of texts. */
  encodeTexts(texts: Readonly<Record<string, string>>): Buffer
}

export type Decoded =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  /** `message` undefined: AWS names no reason. */
  | { readonly ok: false; readonly message: string | undefined }

/** How deep values may nest: far more than any model needs, far less than a stack holds. */
export const nestingMax = 500

/** Values in one body, of known members and unknown; only a body made to hold up the loop has more. */
export const valuesMax = 200_000

/** Thrown within a codec, never out of it: a value is not of the type that its shape wants. */
export class TypeMismatch extends Error {
  constructor(readonly text: string | undefined) {
    super(text)
  }
}

/** Of several members of one name the last counts, also where it is null. */
export function setMember(structure: Record<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) delete structure[name]
  else structure[name] = value
}
