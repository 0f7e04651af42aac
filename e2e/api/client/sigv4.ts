import { createHash, createHmac } from 'node:crypto'
import type { Credentials } from '@millrace/testkit'

/** Signature version 4, written down once more on purpose: a suite that signs with the server's own code could not judge it. */
export interface Scope {
  readonly credentials: Credentials
  readonly region: string
  readonly service: string
  readonly at: Date
}

export interface Signable {
  readonly method: string
  /** As it goes on the wire. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex')
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** `20261124T080000Z` */
export const amzDate = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, '')

const scopeOf = (scope: Scope): string => `${amzDate(scope.at).slice(0, 8)}/${scope.region}/${scope.service}/aws4_request`

/** Percent-encoding of RFC 3986: what encodeURIComponent leaves bare is encoded too. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

function canonicalRequest(request: Signable, signedNames: readonly string[], payloadHash: string): string {
  const [path = '/', query = ''] = request.target.split('?')
  const pairs = query === '' ? [] : query.split('&').map((pair) => (pair.includes('=') ? pair : `${pair}=`))
  const values = (name: string): string =>
    request.headers
      .filter((header) => header[0].toLowerCase() === name)
      .map((header) => header[1].trim().replace(/ +/g, ' '))
      .join(',')
  const headerLines = signedNames.map((name) => `${name}:${values(name)}\n`).join('')
  const canonicalPath = path.split('/').map(encode).join('/')
  return [request.method, canonicalPath, pairs.sort().join('&'), headerLines, signedNames.join(';'), payloadHash].join('\n')
}

function signature(canonical: string, scope: Scope): string {
  const toSign = ['AWS4-HMAC-SHA256', amzDate(scope.at), scopeOf(scope), sha256(canonical)].join('\n')
  const day = hmac(`AWS4${scope.credentials.secretAccessKey}`, amzDate(scope.at).slice(0, 8))
  const key = hmac(hmac(hmac(day, scope.region), scope.service), 'aws4_request')
  return createHmac('sha256', key).update(toSign).digest('hex')
}

/** The request's headers with `X-Amz-Date` and `Authorization` appended; every header that is there is signed. */
export function signed(request: Signable, scope: Scope): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [...request.headers, ['X-Amz-Date', amzDate(scope.at)]]
  const names = [...new Set(headers.map((header) => header[0].toLowerCase()))].sort()
  const proof = signature(canonicalRequest({ ...request, headers }, names, sha256(request.body)), scope)
  const credential = `${scope.credentials.accessKeyId}/${scopeOf(scope)}`
  return [
    ...headers,
    ['Authorization', `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${proof}`],
  ]
}

/** The target with the signature in its query; the headers that are there are signed, and go along unchanged. */
export function presigned(request: Signable, scope: Scope, expiresSeconds = 60): string {
  const names = [...new Set(request.headers.map((header) => header[0].toLowerCase()))].sort()
  const query = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${scope.credentials.accessKeyId}/${scopeOf(scope)}`],
    ['X-Amz-Date', amzDate(scope.at)],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', names.join(';')],
  ].map(([name, value]) => `${encode(name as string)}=${encode(value as string)}`)
  const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${query.join('&')}`
  const proof = signature(canonicalRequest({ ...request, target }, names, sha256(request.body)), scope)
  return `${target}&X-Amz-Signature=${proof}`
}
