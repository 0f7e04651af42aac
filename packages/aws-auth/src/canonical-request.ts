import type { SignedHeaders } from './signed-request.js'

const unreserved = /^[A-Za-z0-9\-._~]*$/

/**
 * The text whose hash is signed (Signature Version 4, "Create a canonical request"). Each character stands for one byte (latin1).
 * `signedHeaders`: the names as the client lists them, in lower case.
 */
export function canonicalRequest(
  method: string,
  target: string,
  headers: SignedHeaders,
  signedHeaders: string,
  bodySha256: string,
): string {
  const queryAt = target.indexOf('?')
  const path = queryAt < 0 ? target : target.slice(0, queryAt)
  const query = queryAt < 0 ? '' : canonicalQuery(target.slice(queryAt + 1))
  return `${method}\n${canonicalPath(path)}\n${query}\n${canonicalHeaders(headers, signedHeaders)}\n${signedHeaders}\n${bodySha256}`
}

/** Clients that speak HTTP/2 may sign `:authority` under that name (the JavaScript SDK does); it is received as `host`. */
function canonicalHeaders(headers: SignedHeaders, signedHeaders: string): string {
  let lines = ''
  for (const name of signedHeaders.split(';')) {
    lines += `${name}:${trimAll(headers.get(name === ':authority' ? 'host' : name) ?? '')}\n`
  }
  return lines
}

/** No blanks around values (also not around those that were joined by commas), single blanks within. */
function trimAll(value: string): string {
  return value.includes('  ') || value.includes('\t') ? value.trim().replaceAll(/[ \t]+/g, ' ') : value.trim()
}

/** Every service but S3: dot segments and doubled slashes resolved, then each segment encoded once more than it came. */
export function canonicalPath(path: string): string {
  if (path === '/' || path === '') return '/'
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(encode(segment))
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`
}

/** Parameters encoded anew and sorted by name, then value; the signature itself is not signed. */
export function canonicalQuery(query: string): string {
  const pairs: (readonly [string, string])[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const at = part.indexOf('=')
    const name = encode(decode(at < 0 ? part : part.slice(0, at)))
    if (name !== 'X-Amz-Signature') pairs.push([name, at < 0 ? '' : encode(decode(part.slice(at + 1)))])
  }
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Percent-encodes every byte but RFC 3986's unreserved ones, in upper-case hex. */
export function encode(bytes: string): string {
  if (unreserved.test(bytes)) return bytes
  return bytes.replaceAll(/[^A-Za-z0-9\-._~]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

/** Bytes of a query's name or value; a `%` that encodes nothing stays. */
export function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  return text.replaceAll('+', ' ').replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}
