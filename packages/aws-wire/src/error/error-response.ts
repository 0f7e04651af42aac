import type { Codec } from '../codec/codec.js'
import type { WireResponse } from '../http/request.js'
import { type AwsError, unknownOperation } from './aws-error.js'

/** An error in the form of the request's codec: `{"__type": code, "message": text}`. */
export function codecError(error: AwsError, codec: Codec): WireResponse {
  const { code, message, messageKey } = error
  const bytes = codec.encodeTexts(message === undefined ? { __type: code } : { __type: code, [messageKey]: message })
  return response(error, error.status, codec.contentType, bytes)
}

/** `application/json` never gets further than this: AWS knows no operation there, whatever the target says. */
export function outputFormError(error: AwsError): WireResponse {
  const status = error === unknownOperation ? 404 : error.status
  const body = { Output: { __type: `com.amazon.coral.service#${error.code}` }, Version: '1.0' }
  return response(error, status, 'application/json', Buffer.from(JSON.stringify(body)))
}

/** For requests whose protocol cannot be told. */
export function xmlError(error: AwsError, status: number): WireResponse {
  const { code, message } = error
  const body = message === undefined ? `<${code}/>\n` : `<${code}>\n  <Message>${message}</Message>\n</${code}>\n`
  return response(error, status, undefined, Buffer.from(body))
}

function response({ code }: AwsError, status: number, contentType: string | undefined, bytes: Buffer): WireResponse {
  const headers = contentType === undefined ? [] : ([['Content-Type', contentType]] as const)
  return { status, headers, body: { kind: 'bytes', bytes }, errorCode: code }
}
