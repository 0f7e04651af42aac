import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type HeadOutcome, readHead } from './http1-head.js'

const limits = { headBytesMax: 65_536, headersMax: 256 }
const read = (text: string, start = 0): HeadOutcome => readHead(Buffer.from(text, 'latin1'), start, limits)
const withLine = (line: string): HeadOutcome => read(`POST / HTTP/1.1\r\nHost: h\r\n${line}\r\n\r\n`)

const name = fc.stringMatching(/^x-[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,10}$/)
const value = fc.stringMatching(/^[!-~\x80-\xff]([ \t!-~\x80-\xff]{0,10}[!-~\x80-\xff])?$/)

test('reads what was written', () => {
  const head = fc.record({
    method: fc.constantFrom('POST', 'GET', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'),
    target: fc.stringMatching(/^\/[!-~]{0,20}$/),
    headers: fc.array(fc.tuple(name, value), { maxLength: 10 }),
    length: fc.integer({ min: 0, max: 1e9 }),
    before: fc.string({ maxLength: 5 }).map((text) => Buffer.from(text, 'latin1').toString('latin1')),
  })
  fc.assert(
    fc.property(head, ({ method, target, headers, length, before }) => {
      const lines = headers.map(([name, value]) => `${name}:  ${value}\t\r\n`).join('')
      const text = `${before}${method} ${target} HTTP/1.1\r\nHost: h\r\n${lines}content-LENGTH: ${length}\r\n\r\n`
      const read = readHead(Buffer.from(`${text}rest`, 'latin1'), before.length, limits)
      assert.ok(typeof read !== 'string', String(read))
      const expected = [
        ['host', 'h'],
        ...headers.map(([name, value]) => [name.toLowerCase(), value]),
        ['content-length', `${length}`],
      ]
      assert.deepEqual([read.method, read.target, [...read.headers.entries()]], [method, target, expected])
      assert.deepEqual([read.contentLength, read.end], [length, text.length])
    }),
  )
})

test('finds headers by lower-case name and joins those that come several times', () => {
  const head = withLine('X-A: 1\r\nx-b: 2\r\nx-a:  3 \r\nx-c:')
  assert.ok(typeof head !== 'string')
  assert.deepEqual(
    ['x-a', 'x-b', 'x-c', 'x-d', 'host'].map((name) => head.headers.get(name)),
    ['1,3', '2', '', undefined, 'h'],
  )
})

test('needs more bytes after every part of a head', () => {
  const text = 'POST /a HTTP/1.1\r\nHost: h\r\nX-A: b\r\nContent-Length: 3\r\n\r\n'
  for (let length = 1; length < text.length; length++)
    assert.equal(read(text.slice(0, length)), 'incomplete', text.slice(0, length))
})

test('keeps the connection unless it is told to close it', () => {
  const keeps = (line: string): boolean | string => {
    const head = withLine(line)
    return typeof head === 'string' ? head : head.keepAlive
  }
  assert.deepEqual([keeps('x: y'), keeps('Connection: Keep-Alive'), keeps('connection: CLOSE')], [true, true, false])
})

const foreign = [
  'Expect: 100-continue',
  'Transfer-Encoding: chunked',
  'Upgrade: websocket',
  'Connection: upgrade',
  'Connection: close, x',
  'Connection: close\r\nConnection: close',
  'Proxy-Connection: close',
]
for (const line of foreign) test(`leaves ${JSON.stringify(line)} to node:http`, () => assert.equal(withLine(line), 'foreign'))

const unusual = [
  'FOO / HTTP/1.1',
  'post / HTTP/1.1',
  'POST / HTTP/1.0',
  'POST http://h/ HTTP/1.1',
  'OPTIONS * HTTP/1.1',
  'POST /\u00e9 HTTP/1.1',
  'POST  / HTTP/1.1',
  '',
]
for (const line of unusual) {
  test(`leaves the request line ${JSON.stringify(line)} to node:http`, () => {
    assert.equal(read(`${line}\r\nHost: h\r\n\r\n`), 'foreign')
  })
}

test('leaves a request without Host to node:http', () => assert.equal(read('GET / HTTP/1.1\r\n\r\n'), 'foreign'))

const ambiguous = [
  'Content-Length: 3\r\nContent-Length: 3',
  'Content-Length: 3\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nContent-Length: 3',
  'Content-Length: +3',
  'Content-Length: -3',
  'Content-Length: 3,3',
  'Content-Length: 0x3',
  'Content-Length: 3 3',
  'Content-Length:',
  'Content-Length : 3',
  ' folded',
  '\tfolded: x',
  'no colon',
  ': no name',
  'x\u0000y: z',
  'x: \u0000',
  'x: \u007f',
  'x: \u000b',
  'x: a\rb',
  'x: a\nb: c',
  'Host: other',
]
for (const line of ambiguous)
  test(`refuses ${JSON.stringify(line)} as ambiguous`, () => assert.equal(withLine(line), 'ambiguous'))

test('refuses lines that end in a bare LF before the head is whole', () => {
  assert.equal(read('POST / HTTP/1.1\r\nHost: h\n'), 'ambiguous')
})

test('refuses a head past its bounds', () => {
  assert.equal(read(`POST / HTTP/1.1\r\nx: ${'y'.repeat(65_536)}`), 'tooLarge')
  assert.equal(read(`POST /${'y'.repeat(65_536)}`), 'tooLarge')
  assert.equal(read(`POST / HTTP/1.1\r\n${'x: y\r\n'.repeat(257)}`), 'tooLarge')
  assert.equal(typeof read(`POST / HTTP/1.1\r\nHost: h\r\n${'x: y\r\n'.repeat(255)}\r\n`), 'object')
})
