import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTransient } from './transient-failure.js'

/** As Prisma wraps what the server says. */
const fromServer = (code: string) => ({ code: 'P2010', meta: { driverAdapterError: { cause: { originalCode: code } } } })

test('a database that is away, full, or took back a transaction may work later', () => {
  for (const code of ['P1001', 'P1017', 'P2024', 'ECONNREFUSED', 'ENOENT']) assert.ok(isTransient({ code }), code)
  for (const code of ['57P01', '57P03', '08006', '53100', '53300', '58030', '40001', '57014']) {
    assert.ok(isTransient(fromServer(code)), code)
  }
  for (const kind of ['ConnectionClosed', 'DatabaseNotReachable', 'SocketTimeout']) {
    assert.ok(isTransient(new Error(kind, { cause: { kind } })), kind)
  }
  assert.ok(isTransient(new Error('Connection terminated unexpectedly')))
  assert.ok(isTransient(new Error('transaction failed', { cause: new Error('Connection terminated') })))
})

test('what the server refuses for good is not tried again', () => {
  for (const code of ['23505', '23514', '42P01', '22P02', 'XX000']) assert.ok(!isTransient(fromServer(code)), code)
  assert.ok(!isTransient(new Error('x', { cause: { kind: 'UniqueConstraintViolation' } })))
  for (const thrown of [undefined, null, 'ECONNREFUSED', 1, {}, new TypeError('x')]) assert.ok(!isTransient(thrown))
})

test('an error that is its own cause is looked at and left', () => {
  const loop = new Error('x')
  loop.cause = loop
  assert.ok(!isTransient(loop))
})
