import { queryCodec } from '../codec/query/query-codec.js'
import type { WireResponse } from '../http/request.js'
import type { AwsError } from './aws-error.js'

/** The same errors under the names that the Query protocol's services give them, and their status there. */
const inQuery: Readonly<Record<string, { readonly code: string; readonly status?: number; readonly message?: string }>> = {
  MissingAuthenticationTokenException: {
    code: 'MissingAuthenticationToken',
    status: 403,
    message: 'Request is missing Authentication Token',
  },
  IncompleteSignatureException: { code: 'IncompleteSignature', status: 403 },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch', status: 403 },
  UnrecognizedClientException: { code: 'InvalidClientTokenId', status: 403 },
  AccessDeniedException: { code: 'AccessDenied', status: 403 },
  ValidationException: { code: 'ValidationError' },
  SerializationException: { code: 'MalformedInput' },
}

/** An error in XML: whose fault it is, its code, its message. */
export function queryError(error: AwsError, namespace: string, requestId: string): WireResponse {
  const { code, status, message } = { ...error, ...inQuery[error.code] }
  const type = status < 500 ? 'Sender' : 'Receiver'
  const texts = queryCodec.encodeTexts({ Type: type, Code: code, ...(message === undefined ? {} : { Message: message }) })
  const body =
    `<ErrorResponse${namespace === '' ? '' : ` xmlns="${namespace}"`}>\n  <Error>\n${texts.toString()}  </Error>\n` +
    `  <RequestId>${requestId}</RequestId>\n</ErrorResponse>\n`
  return {
    status,
    headers: [['Content-Type', queryCodec.contentType]],
    body: { kind: 'bytes', bytes: Buffer.from(body) },
    errorCode: code,
  }
}
