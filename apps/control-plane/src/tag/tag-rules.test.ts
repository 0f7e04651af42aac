import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stream } from '../stream/stream.fixture.js'
import { tagProblem } from './tag-rules.js'

const address = stream('orders')
const problemOf = (key: string, value: string) => tagProblem([[key, value]], address, { count: 1, max: 50 })

test('a tag may have letters of any language, digits, blanks and some signs', () => {
  for (const text of ['a', 'A b', '0', '_./=+-@', 'é', '鍵', 'ключ']) assert.equal(problemOf(text, text), undefined, text)
  assert.equal(problemOf('a', ''), undefined)
})

test('other characters are refused, in keys and in values', () => {
  const message = 'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.'
  for (const text of [';', ',', '\t', '\n', '!', '#', '\u2028', '\ud83d\ude00']) {
    assert.equal(problemOf(`a${text}`, ''), message, text)
    assert.equal(problemOf('a', text), message, text)
  }
})

test('% passes the first check and fails the second', () => {
  const message =
    'Failed to add tags to stream orders under account 000000000000 because some tags contained illegal characters. The allowed ' +
    "characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'."
  assert.equal(problemOf('a%', ''), message)
  assert.equal(problemOf('a', '%'), message)
})

test('the tags that AWS itself gives are refused', () => {
  assert.equal(problemOf('aws:a', ''), "Some tag keys in the request started with 'aws:'. System tags cannot be modified.")
  assert.equal(problemOf('awsa', 'aws:'), undefined)
})

test('a stream has at most fifty tags', () => {
  assert.equal(tagProblem([['a', 'b']], address, { count: 50, max: 50 }), undefined)
  assert.equal(
    tagProblem([['a', 'b']], address, { count: 51, max: 50 }),
    'Failed to add tags to stream orders under account 000000000000 because a given stream cannot have more than 50 tags ' +
      'associated with it.',
  )
  assert.equal(
    tagProblem([['a', 'b']], { kind: 'resource', name: 'arn:x', account: address.account }, { count: 51, max: 50 }),
    'Failed to add tags to resource arn:x under account 000000000000 because a given resource cannot have more than 50 tags ' +
      'associated with it.',
  )
})
