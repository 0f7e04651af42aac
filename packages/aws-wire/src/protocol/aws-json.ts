import { cborCodec } from '../codec/cbor/cbor-codec.js'
import type { Codec } from '../codec/codec.js'
import { jsonCodec } from '../codec/json/json-codec.js'
import { serializationError, unableToDetermine, unknownOperation } from '../error/aws-error.js'
import { codecError, outputFormError, xmlError } from '../error/error-response.js'
import type { WireRequest, WireResponse } from '../http/request.js'
import type { Operation } from '../service/operation-table.js'

/**
 * AWS JSON 1.1 and its CBOR form: a POST whose `X-Amz-Target` names the operation and whose body is the input. The path does
 * not count. What is wrong is found in AWS's order: method, body present, content type, body's form, target.
 */
export type Located =
  | { readonly kind: 'operation'; readonly operation: Operation; readonly codec: Codec }
  | { readonly kind: 'refused'; readonly response: WireResponse }

const codecs: ReadonlyMap<string, Codec> = new Map([jsonCodec, cborCodec].map((codec) => [codec.contentType, codec]))

export function locateOperation(request: WireRequest, operations: ReadonlyMap<string, Operation>): Located {
  if (request.method !== 'POST') return refused(xmlError(unableToDetermine, 403))
  const contentType = mediaType(request.headers.get('content-type'))
  const target = request.headers.get('x-amz-target') ?? ''
  const operation = operations.get(target)
  if (request.body.length === 0) return refused(emptyBody(contentType, operation))
  if (contentType === 'application/json') return refused(outputForm(request.body))
  const codec = codecs.get(contentType)
  if (!codec) return refused(unknownProtocol(target))
  if (operation) return { kind: 'operation', operation, codec }
  return refused(malformedBody(request.body, codec) ?? codecError(unknownOperation, codec))
}

/** What AWS says of a body that is no value at all; undefined where it is one. */
export function malformedBody(body: Buffer, codec: Codec): WireResponse | undefined {
  return codec.isWellFormed(body) ? undefined : codecError(serializationError(), codec)
}

function refused(response: WireResponse): Located {
  return { kind: 'refused', response }
}

function emptyBody(contentType: string, operation: Operation | undefined): WireResponse {
  const codec = contentType === jsonCodec.contentType ? jsonCodec : cborCodec
  return codecError(operation ? serializationError() : unknownOperation, codec)
}

function outputForm(body: Buffer): WireResponse {
  return outputFormError(jsonCodec.isWellFormed(body) ? unknownOperation : serializationError())
}

/** Neither JSON nor CBOR: with a target in two parts AWS knows at least that it does not know the operation. */
function unknownProtocol(target: string): WireResponse {
  const [service, operation] = target.split('.')
  return service && operation ? xmlError(unknownOperation, 404) : xmlError(unableToDetermine, 403)
}

/** Without parameters and blanks. */
function mediaType(contentType = ''): string {
  const end = contentType.indexOf(';')
  return (end < 0 ? contentType : contentType.slice(0, end)).trim()
}
