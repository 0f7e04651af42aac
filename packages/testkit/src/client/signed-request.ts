import { amzDate, type Scope, scopeText, sha256Hex, signatureOf, signingKey } from './signature.js'

export interface Signable {
  readonly method: string
  /** As it goes on the wire. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

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
  return signatureOf(canonical, scope, signingKey(scope))
}

/** The request's headers with `X-Amz-Date` and `Authorization` appended; every header that is there is signed. */
export function signed(request: Signable, scope: Scope): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [...request.headers, ['X-Amz-Date', amzDate(scope.at)]]
  const names = [...new Set(headers.map((header) => header[0].toLowerCase()))].sort()
  const proof = signature(canonicalRequest({ ...request, headers }, names, sha256Hex(request.body)), scope)
  const credential = `${scope.credentials.accessKeyId}/${scopeText(scope)}`
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
    ['X-Amz-Credential', `${scope.credentials.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', amzDate(scope.at)],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', names.join(';')],
  ].map(([name, value]) => `${encode(name as string)}=${encode(value as string)}`)
  const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${query.join('&')}`
  const proof = signature(canonicalRequest({ ...request, target }, names, sha256Hex(request.body)), scope)
  return `${target}&X-Amz-Signature=${proof}`
}
