import { type AuthError, err, ok, type Result } from '@millrace/model'
import { decode } from './canonical-request.js'
import type { SignedRequest } from './signed-request.js'

/** What a request says of its own signature, in the `Authorization` header or in the query. */
export interface SignatureParts {
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  /** As sent: the basic form, or an HTTP date of a `Date` header. */
  readonly date: string
  /** Presigned requests only: seconds from `date` for which it is valid. */
  readonly expires: string | undefined
  readonly securityToken: string | undefined
}

const algorithm = 'AWS4-HMAC-SHA256'

/** Finds the one form that the request uses; both at once are refused, and what is missing is listed as AWS lists it. */
export function signatureParts(request: SignedRequest): Result<SignatureParts, AuthError> {
  const header = request.headers.get('authorization')
  const query = queryParameters(request.target)
  if (query?.has('X-Amz-Algorithm')) {
    return header ? err({ kind: 'InvalidSignature', message: bothForms }) : queryParts(query)
  }
  return header ? headerParts(request, header) : err({ kind: 'MissingAuthenticationToken' })
}

const bothForms = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."

function headerParts(request: SignedRequest, header: string): Result<SignatureParts, AuthError> {
  const credential = headerParameter(header, 'Credential')
  const signature = headerParameter(header, 'Signature')
  const signedHeaders = headerParameter(header, 'SignedHeaders')
  const date = request.headers.get('x-amz-date') || request.headers.get('date')
  if (!credential || !signature || !signedHeaders || !date) {
    const requires = 'Authorization header requires'
    let message = ''
    if (!credential) message += `${requires} 'Credential' parameter. `
    if (!signature) message += `${requires} 'Signature' parameter. `
    if (!signedHeaders) message += `${requires} 'SignedHeaders' parameter. `
    if (!date) message += `${requires} existence of either a 'X-Amz-Date' or a 'Date' header. `
    return err({ kind: 'IncompleteSignature', message: `${message}Authorization=${header}` })
  }
  const named = header.trimStart().split(/[ ,]/, 1)[0] as string
  if (named !== algorithm) return err(unsupportedAlgorithm(named))
  const securityToken = request.headers.get('x-amz-security-token')
  return ok({ credential, signature, signedHeaders, date, expires: undefined, securityToken })
}

/** The value of `name=` up to the next comma or blank; the blank after a comma is optional. */
function headerParameter(header: string, name: string): string | undefined {
  for (let at = header.indexOf(name); at >= 0; at = header.indexOf(name, at + 1)) {
    const before = header.charCodeAt(at - 1)
    const start = at + name.length + 1
    if ((before !== 0x20 && before !== 0x2c) || header.charCodeAt(start - 1) !== 0x3d) continue
    let end = start
    while (end < header.length && header.charCodeAt(end) !== 0x2c && header.charCodeAt(end) !== 0x20) end++
    return header.slice(start, end)
  }
  return undefined
}

const requiredInQuery = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date']

function queryParts(query: ReadonlyMap<string, string>): Result<SignatureParts, AuthError> {
  const missing = requiredInQuery.filter((name) => !query.get(name))
  if (missing.length > 0) {
    const message = missing.map((name) => `AWS query-string parameters must include '${name}'. `).join('')
    return err({ kind: 'IncompleteSignature', message: `${message}Re-examine the query-string parameters.` })
  }
  const [named, credential, signature, signedHeaders, date] = requiredInQuery.map((name) => query.get(name) as string) as [
    string,
    string,
    string,
    string,
    string,
  ]
  if (named !== algorithm) return err(unsupportedAlgorithm(named))
  const expires = query.get('X-Amz-Expires')
  return ok({ credential, signature, signedHeaders, date, expires, securityToken: query.get('X-Amz-Security-Token') })
}

function unsupportedAlgorithm(name: string): AuthError {
  return { kind: 'IncompleteSignature', message: `Unsupported AWS 'algorithm': '${name}'.` }
}

/** Undefined where the target has no query, as is usual. */
function queryParameters(target: string): Map<string, string> | undefined {
  const queryAt = target.indexOf('?')
  if (queryAt < 0) return undefined
  const parameters = new Map<string, string>()
  for (const part of target.slice(queryAt + 1).split('&')) {
    const at = part.indexOf('=')
    const name = decode(at < 0 ? part : part.slice(0, at))
    if (!parameters.has(name)) parameters.set(name, at < 0 ? '' : decode(part.slice(at + 1)))
  }
  return parameters
}
