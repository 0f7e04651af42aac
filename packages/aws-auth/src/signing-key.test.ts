import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { deriveSigningKey, SigningKey } from './signing-key.js'

test('signs as HMAC-SHA-256 does, whatever the length of the text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 300 }),
    fc.string({ unit: 'grapheme-ascii', minLength: 900, maxLength: 2000 }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), text, (key, text) => {
      assert.equal(new SigningKey(Buffer.from(key)).sign(text), createHmac('sha256', key).update(text).digest('hex'))
    }),
  )
})

test('derives the key that AWS publishes as an example', () => {
  const { key } = deriveSigningKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', '20150830', 'us-east-1', 'iam')
  assert.equal(key.toString('hex'), 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9')
})
