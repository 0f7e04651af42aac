import { randomFillSync, randomUUID } from 'node:crypto'
import type { WireRequest, WireResponse } from '../http/request.js'

/** What AWS sends with every answer, apart from what the operation says. */
export interface ResponseIds {
  /** A UUID. */
  requestId(): string
  /** Base64 of 72 bytes. */
  extendedId(): string
}

const extendedIdBytes = 72
const exposedHeaders = 'x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date'

/** Random ids; the bytes of many are drawn at once. */
export function randomIds(): ResponseIds {
  const pool = Buffer.allocUnsafe(64 * extendedIdBytes)
  let at = pool.length
  return {
    requestId: randomUUID,
    extendedId() {
      if (at === pool.length) {
        randomFillSync(pool)
        at = 0
      }
      at += extendedIdBytes
      return pool.toString('base64', at - extendedIdBytes, at)
    },
  }
}

/** Adds the ids, and what a browser needs to be shown them. */
export function withCommonHeaders(
  response: WireResponse,
  request: WireRequest,
  requestId: string,
  ids: ResponseIds,
): WireResponse {
  const headers: [string, string][] = [['x-amzn-RequestId', requestId]]
  if (request.headers.get('origin') !== undefined) {
    headers.push(['Access-Control-Allow-Origin', '*'], ['Access-Control-Expose-Headers', exposedHeaders])
  }
  headers.push(['x-amz-id-2', ids.extendedId()])
  return { ...response, headers: [...headers, ...response.headers] }
}

/** The answer to a browser that asks what it may send; undefined where the request is no such question. */
export function preflightResponse(request: WireRequest, requestId: string): WireResponse | undefined {
  if (request.method !== 'OPTIONS' || request.headers.get('origin') === undefined) return undefined
  const headers: [string, string][] = [
    ['x-amzn-RequestId', requestId],
    ['Access-Control-Allow-Origin', '*'],
  ]
  const asked = request.headers.get('access-control-request-headers')
  if (asked !== undefined) headers.push(['Access-Control-Allow-Headers', asked])
  const method = request.headers.get('access-control-request-method')
  if (method !== undefined) headers.push(['Access-Control-Allow-Methods', method])
  headers.push(['Access-Control-Max-Age', '172800'])
  return { status: 200, headers, body: { kind: 'bytes', bytes: new Uint8Array(0) } }
}
