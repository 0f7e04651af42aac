/** Bytes that are, or nearly are, one or more HTTP/1.1 requests: the ways in which two readers of them could come apart. */

/** A generator of numbers below `bound` that gives the same run for the same seed. */
export type Pick = (bound: number) => number

export function seededPick(seed: number): Pick {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

const methods = ['POST', 'GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'post', 'FOO', 'PRI', 'POSTX']
const targets = ['/', '/a/b?c=d', '/%41?x=%zz', '/a#b', '/"<>\\^`{|}', '*', 'http://h/p', '//', '/?', '/a b', '/\u00e9', 'a', '']
const versions = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'http/1.1', 'HTTP/1.10', 'HTTP/11']
const names = [
  'x-a',
  'X-B',
  'content-type',
  'x_c',
  'x!d',
  'accept',
  'te',
  'trailer',
  'keep-alive',
  'x',
  'cookie',
  'set-cookie',
  'x-a',
]
const values = ['1', '', ' ', 'a b', '\t', 'a\tb', 'caf\u00e9', '"q"', 'a,b', ',', ':', 'chunked', '  padded  ', 'a  b']
const rare = [
  'Connection: close',
  'Connection: keep-alive',
  'connection: Keep-Alive, x',
  'Connection: upgrade',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'Expect: x',
  'Host: h2',
  'Proxy-Connection: close',
  'Content-Length: 3',
  'Content-Length: 0',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'Content-Length: 0x3',
  'Content-Length: 03',
  'Content-Length:',
  'Content-Length: 3 ',
  'Content-Length : 3',
  'Content-Length: 99999999999999999999',
  'Content-Length: -1',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, chunked',
  'transfer-encoding: Chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding:\u000bchunked',
  ' folded',
  '\tfolded: x',
  'no colon',
  ': no name',
  'bad name: x',
  'nul: a\u0000b',
  'del: a\u007fb',
  'cr: a\rb',
  'lf: a\nContent-Length: 1',
  '',
]

/** One connection's bytes. */
export function randomRequests(pick: Pick): Buffer {
  const requests = Array.from({ length: 1 + pick(4) }, () => randomRequest(pick))
  let bytes: Buffer = Buffer.concat(requests)
  for (let flips = pick(4) === 0 ? 1 + pick(3) : 0; flips > 0; flips--) bytes = mutated(bytes, pick)
  return pick(10) === 0 ? bytes.subarray(0, pick(bytes.length + 1)) : bytes
}

/** Where to cut `bytes`, so that no piece is what a reader would like it to be. */
export function randomPieces(bytes: Buffer, pick: Pick): Buffer[] {
  const cuts = Array.from({ length: pick(4) }, () => pick(bytes.length + 1)).sort((a, b) => a - b)
  const ends = [...cuts, bytes.length]
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end)).filter((piece) => piece.length > 0)
}

function randomRequest(pick: Pick): Buffer {
  const oneOf = <T>(list: readonly T[]): T => list[pick(list.length)] as T
  const mostly = <T>(list: readonly T[]): T => (pick(12) === 0 ? oneOf(list) : (list[pick(3) % list.length] as T))
  const body = Buffer.from('POST / HTTP/1.1\r\nHost: inner\r\n\r\n'.slice(0, pick(35)))
  const lines = [`${mostly(methods)} ${mostly(targets)} ${mostly(versions)}`]
  if (pick(20) > 0) lines.push('Host: h')
  for (let i = pick(5); i > 0; i--) lines.push(`${oneOf(names)}:${pick(2) === 0 ? '' : ' '}${oneOf(values)}`)
  if (pick(5) === 0) lines.push(oneOf(rare))
  const framing = pick(8)
  if (framing > 1 || (framing === 1 && body.length > 0)) lines.push(`Content-Length: ${framing === 2 ? pick(40) : body.length}`)
  if (framing === 0) lines.push('Transfer-Encoding: chunked')
  if (pick(8) === 0) lines.push(oneOf(rare))
  const end = pick(30) === 0 ? '\n' : '\r\n'
  const head = Buffer.from(`${pick(30) === 0 ? '\r\n' : ''}${lines.join(end)}${end}${end}`, 'latin1')
  return Buffer.concat([head, framing === 0 ? chunkedBody(body, pick) : body])
}

function chunkedBody(body: Buffer, pick: Pick): Buffer {
  const at = pick(body.length + 1)
  const pieces = [body.subarray(0, at), body.subarray(at)].filter((piece) => piece.length > 0)
  const chunks = pieces.flatMap((piece) => [Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
  return Buffer.concat([...chunks, Buffer.from(pick(4) === 0 ? '0\r\nx-trailer: y\r\n\r\n' : '0\r\n\r\n')])
}

const inserted = ['\r', '\n', '\r\n', '\0', ' ', '\t', ':', '\r\n\r\n', '\x7f', '\xff', 'Content-Length: 5\r\n', '0']

function mutated(bytes: Buffer, pick: Pick): Buffer {
  const at = pick(bytes.length + 1)
  const rest = bytes.subarray(at)
  switch (pick(4)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(inserted[pick(inserted.length)] as string, 'latin1'), rest])
    case 1:
      return Buffer.concat([bytes.subarray(0, at), rest.subarray(1)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([pick(256)]), rest.subarray(1)])
    default:
      return Buffer.concat([bytes.subarray(0, at), rest.subarray(0, pick(30)), rest])
  }
}
