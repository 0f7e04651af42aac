import { cborCodec } from '../codec/cbor/cbor-codec.js'
import type { Codec } from '../codec/codec.js'
import { jsonCodec } from '../codec/json/json-codec.js'
import { serializationError, unableToDetermine, unknownOperation } from '../error/aws-error.js'
import { codecError, outputFormError, xmlError } from '../error/error-response.js'
import { eventStreamContentType } from '../event-stream/events.js'
import type { WireBody, WireRequest, WireResponse } from '../http/request.js'
import type { Operation } from '../service/operation-table.js'
import { mediaType } from './media-type.js'
import type { Located, Protocol } from './protocol.js'

/**
 * AWS JSON 1.1 and its CBOR form: a POST whose `X-Amz-Target` names the operation and whose body is the input. The path does
 * not count. What is wrong is found in AWS's order: method, body present, content type, body's form, target.
 */
export function locateByTarget(request: WireRequest, operations: ReadonlyMap<string, Operation>): Located {
  if (request.method !== 'POST') return refused(xmlError(unableToDetermine, 403))
  const contentType = mediaType(request)
  const target = request.headers.get('x-amz-target') ?? ''
  const operation = operations.get(target)
  if (request.body.length === 0) return refused(emptyBody(contentType, operation))
  if (contentType === 'application/json') return refused(outputForm(request.body))
  const protocol = protocols.get(contentType)
  if (!protocol) return refused(unknownProtocol(target))
  if (operation) return { kind: 'operation', operation, protocol }
  const { codec } = protocol
  return refused(codecError(codec.isWellFormed(request.body) ? unknownOperation : serializationError(), codec))
}

const protocols: ReadonlyMap<string, Protocol> = new Map(
  [jsonCodec, cborCodec].map((codec) => [codec.contentType, protocolOf(codec)]),
)

function protocolOf(codec: Codec): Protocol {
  return {
    codec,
    input: ({ body }) => body,
    output: (body) => ({ status: 200, headers: [['Content-Type', contentTypeOf(body, codec)]], body }),
    error: (error) => codecError(error, codec),
  }
}

function contentTypeOf(body: WireBody, codec: Codec): string {
  return body.kind === 'stream' ? eventStreamContentType : codec.contentType
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
