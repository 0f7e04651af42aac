import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesPattern } from './wildcard.js'

test('a star stands for any characters, a question mark for one', () => {
  const cases: [string, string, boolean][] = [
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['kinesis:Put*', 'kinesis:PutRecords', true],
    ['kinesis:Put*', 'kinesis:GetRecords', false],
    ['kinesis:PutRecord?', 'kinesis:PutRecord', false],
    ['*/consumer/*:1', 'stream/a/consumer/b:1', true],
    ['*ab*b', 'xabab', true],
    ['a.c', 'abc', false],
  ]
  for (const [pattern, text, matches] of cases) assert.equal(matchesPattern(pattern, text), matches, `${pattern} ${text}`)
})

test('matches as the regular expression of the same meaning', () => {
  const small = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 })
  fc.assert(
    fc.property(pattern, small, (given, text) => {
      const expected = new RegExp(`^${given.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text)
      assert.equal(matchesPattern(given, text), expected)
    }),
  )
})
