import { hash } from 'node:crypto'
import { canonicalRequest, encode } from './canonical-request.js'
import { formatBasicDate } from './request-date.js'
import { deriveSigningKey } from './signing-key.js'

export interface Signer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
}

export interface UnsignedRequest {
  readonly method: string
  /** Path and query, encoded. */
  readonly target: string
  /** By lower-case name, `host` among them; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The headers to send, with `x-amz-date` and `authorization`: the client's side of Signature Version 4, for tests and load programs. */
export function signRequest(request: UnsignedRequest, signer: Signer, nowMs: number): Record<string, string> {
  const date = formatBasicDate(nowMs)
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': date }
  const names = Object.keys(headers).sort().join(';')
  const scope = scopeOf(signer, date)
  const signature = signatureOf(request, request.target, headers, names, signer, date)
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${signer.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  return headers
}

/** The target to send: `request.target` with the signature in its query, valid for `expiresSeconds`. */
export function presignRequest(request: UnsignedRequest, signer: Signer, expiresSeconds: number, nowMs: number): string {
  const date = formatBasicDate(nowMs)
  const names = Object.keys(request.headers).sort().join(';')
  const query = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${encode(`${signer.accessKeyId}/${scopeOf(signer, date)}`)}`,
    `X-Amz-Date=${date}`,
    `X-Amz-Expires=${expiresSeconds}`,
    `X-Amz-SignedHeaders=${encode(names)}`,
  ].join('&')
  const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${query}`
  return `${target}&X-Amz-Signature=${signatureOf(request, target, request.headers, names, signer, date)}`
}

function scopeOf(signer: Signer, date: string): string {
  return `${date.slice(0, 8)}/${signer.region}/${signer.service}/aws4_request`
}

function signatureOf(
  request: UnsignedRequest,
  target: string,
  headers: Readonly<Record<string, string>>,
  names: string,
  signer: Signer,
  date: string,
): string {
  const canonical = canonicalRequest(
    request.method,
    target,
    { get: (name) => headers[name] },
    names,
    hash('sha256', request.body),
  )
  const text = `AWS4-HMAC-SHA256\n${date}\n${scopeOf(signer, date)}\n${hash('sha256', Buffer.from(canonical, 'latin1'))}`
  return deriveSigningKey(signer.secretAccessKey, date.slice(0, 8), signer.region, signer.service).sign(text)
}
