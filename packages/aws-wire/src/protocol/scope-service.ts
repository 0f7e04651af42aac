import type { WireRequest } from '../http/request.js'

const inHeader = /\bCredential=[^/,\s]*\/[^/,\s]*\/[^/,\s]*\/([^/,\s]*)\//
const inQuery = /[?&]X-Amz-Credential=[^&]*?(?:%2F|\/)[^&]*?(?:%2F|\/)[^&]*?(?:%2F|\/)([^&/%]*)/i

/** The service that the signature is scoped to, which says whom the request is for; undefined where nothing is signed. */
export function scopeService({ headers, target }: WireRequest): string | undefined {
  const authorization = headers.get('authorization')
  return (authorization === undefined ? inQuery.exec(target) : inHeader.exec(authorization))?.[1]
}
