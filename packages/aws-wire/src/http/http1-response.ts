import { STATUS_CODES } from 'node:http'
import type { WireResponse } from './request.js'

/** A header that carried a line break would be two headers to the client. */
const lineBreaking = /[^\t\x20-\x7e\x80-\xff]/

let dateSecond = 0
let dateText = ''

/** `Sun, 30 Aug 2015 12:36:00 GMT`; made once a second. */
function httpDate(): string {
  const second = Math.floor(Date.now() / 1000)
  if (second !== dateSecond) {
    dateSecond = second
    dateText = new Date(second * 1000).toUTCString()
  }
  return dateText
}

/** Status line and headers, with the blank line. The length, `chunked` or neither comes from the body; `last`: the connection closes. */
export function responseHead(response: WireResponse, last: boolean): string {
  const { status, headers, body } = response
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
  for (const [name, value] of headers) {
    if (lineBreaking.test(name) || lineBreaking.test(value))
      throw new RangeError(`control characters in response header ${JSON.stringify(name)}`)
    head += `${name}: ${value}\r\n`
  }
  if (mayHaveBody(status))
    head += body.kind === 'stream' ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${bodyLength(body)}\r\n`
  return `${head}Date: ${httpDate()}\r\n${last ? 'Connection: close\r\n' : ''}\r\n`
}

/** Of what is sent in this many bytes: 0 for a stream, whose length nobody knows. */
export function bodyLength(body: WireResponse['body']): number {
  return body.kind === 'bytes' ? body.bytes.length : body.kind === 'pieces' ? body.length : 0
}

export function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304
}

/** Up to this size what belongs together goes out in one buffer; more is not worth the copy. */
export const joinedBytesMax = 16 * 1024

/** One chunk of the chunked coding, in parts. */
export function chunk(piece: Uint8Array): readonly Uint8Array[] {
  const parts = [Buffer.from(`${piece.length.toString(16)}\r\n`, 'latin1'), piece, lineEnd]
  return piece.length <= joinedBytesMax ? [Buffer.concat(parts)] : parts
}

const lineEnd = Buffer.from('\r\n')
export const lastChunk = Buffer.from('0\r\n\r\n')

/** An answer of the listener itself, without a body. */
export function refusal(status: number): WireResponse {
  return { status, headers: [], body: { kind: 'bytes', bytes: new Uint8Array(0) } }
}

export const handlerFailed: WireResponse = {
  status: 500,
  headers: [['Content-Type', 'application/x-amz-json-1.1']],
  body: { kind: 'bytes', bytes: Buffer.from('{"__type":"InternalFailure"}') },
}
