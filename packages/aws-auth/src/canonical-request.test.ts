import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalPath, canonicalQuery, canonicalRequest } from './canonical-request.js'

const paths = [
  ['/', '/'],
  ['', '/'],
  ['//', '/'],
  ['/a//b', '/a/b'],
  ['/a/./b/../c', '/a/c'],
  ['/../..', '/'],
  ['/a/', '/a/'],
  ['/a b', '/a%20b'],
  ['/%20', '/%2520'],
  ['/caf\u00c3\u00a9', '/caf%C3%A9'],
  ['/-._~', '/-._~'],
] as const
for (const [path, canonical] of paths) {
  test(`the path ${JSON.stringify(path)} is signed as ${canonical}`, () => assert.equal(canonicalPath(path), canonical))
}

const queries = [
  ['', ''],
  ['b=2&a=1', 'a=1&b=2'],
  ['a=2&a=1', 'a=1&a=2'],
  ['a&b=', 'a=&b='],
  ['B=1&a=1', 'B=1&a=1'],
  ['a=%7e%2f', 'a=~%2F'],
  ['a=b=c', 'a=b%3Dc'],
  ['a=%zz', 'a=%25zz'],
  ['a=x+y', 'a=x%20y'],
  ['X-Amz-Signature=1&a=1', 'a=1'],
] as const
for (const [query, canonical] of queries) {
  test(`the query ${JSON.stringify(query)} is signed as ${JSON.stringify(canonical)}`, () =>
    assert.equal(canonicalQuery(query), canonical))
}

test('signs the headers that are listed, their blanks trimmed and collapsed', () => {
  const headers = new Map([
    ['host', ' h '],
    ['x', '  a   b\t c  '],
    ['y', '1,2'],
  ])
  const canonical = canonicalRequest('POST', '/?q', { get: (name) => headers.get(name) }, 'host;x;y;z', 'hash')
  assert.equal(canonical, 'POST\n/\nq=\nhost:h\nx:a b c\ny:1,2\nz:\n\nhost;x;y;z\nhash')
})
