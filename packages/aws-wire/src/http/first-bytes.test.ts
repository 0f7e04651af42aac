import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recognise } from './first-bytes.js'

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

test('knows TLS by its first byte', () => assert.equal(recognise(Buffer.from([0x16])), 'tls'))

test('knows HTTP/2 by its whole preface, and waits for it', () => {
  for (let length = 1; length < preface.length; length++) assert.equal(recognise(preface.subarray(0, length)), undefined)
  assert.equal(recognise(preface), 'h2')
  assert.equal(recognise(Buffer.concat([preface, Buffer.from('more')])), 'h2')
})

test('takes everything else for HTTP/1.1, at the first byte that tells', () => {
  for (const text of ['G', 'PO', 'PUT', 'PRI / ', 'PRI * HTTP/2.0\r\n\r\nXX', '\0', '\r\n']) {
    assert.equal(recognise(Buffer.from(text)), 'http/1.1', text)
  }
})
